"""What `groundswell check` says of [service]: the count of orders or customers, and whose agents are told.

And of other segments that name persons, which are never told.
"""

from __future__ import annotations

from functools import partial

from flows.commands.checks import Check
from flows.project import Project
from groundswell.errors import ConfigError
from groundswell.persons import names_person
from groundswell.records import AGENT

__all__ = ["service_checks"]


def service_checks(project: Project) -> list[Check]:
    """A line for the count that contacts are told for each hundred of, one for the agents, where they are set."""
    service = project.settings.service
    checks: list[Check] = []
    if service.contact_base is not None:
        checks.append((service.contact_base_name, partial(_base, project)))
    if service.agents:
        checks.append(("agents", partial(_agents, project)))
    persons = _persons(project)
    if persons:
        checks.append(("segments of persons", partial(_never_told, persons)))
    return checks


def _persons(project: Project) -> list[str]:
    """The segments that tell who served a customer, but for those of agents."""
    return [
        f"{name} ({segment})"
        for name, source in project.settings.sources.items()
        for segment, column in sorted(source.columns.segments.items())
        if segment != AGENT and names_person(segment, column)
    ]


def _never_told(persons: list[str]) -> str:
    return f"they name persons, so they are marked out of texts, and neither stored nor compared: {', '.join(persons)}"


def _base(project: Project) -> str:
    options = project.service_options()
    if options.base is None:
        raise ConfigError(f"service.contact_base: {options.base_problem}")
    counts = options.base.counts
    unit = "week" if options.base.days > 1 else "day"
    return f"{len(counts):,} {unit}{'' if len(counts) == 1 else 's'}, {counts[0][0]} to {counts[-1][0]}"


def _agents(project: Project) -> str:
    sources = {name: one.columns.segments.get(AGENT) for name, one in project.settings.sources.items()}
    told = [f"{name} (column {column!r})" for name, column in sources.items() if column]
    if not told:
        raise ConfigError(
            "service.agents is true and no source names its column of agents; "
            'write `segments = { agent = "Agent" }` under its columns, or leave agents out'
        )
    return f"figures of single agents are told, and their names stored, of {', '.join(told)}"

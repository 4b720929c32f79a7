"""`groundswell themes refit`: all feedback grouped anew beside the registry, and recorded where that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from flows.analyse import save_analysis
from flows.launch import load_libraries, prepare_prefect
from flows.project import Project
from flows.reading import AnalysisOptions, read_comments
from flows.server import prefect_api
from flows.steps import subflow
from flows.themes import known_themes, propose_refit
from groundswell.errors import ConfigError, RegistryMoved
from groundswell.leases import ANALYSIS, Lease, holding
from groundswell.storage import open_store

__all__ = ["RefitProposal", "refit_themes"]


@dataclass(frozen=True)
class RefitProposal:
    """What a refit would do, or (`applied`) did. `same` counts the themes that live on, `splits` gives the parts that
    are themes of their own now, `moved_share` is the share of clauses that change their theme. Themes are named by id,
    those that do not exist yet by label."""

    same: int
    merges: list[tuple[str, str]]
    splits: list[tuple[str, list[str]]]
    opened: list[str]
    closed: list[str]
    moved_share: float
    applied: bool
    event: int | None


def refit_themes(project: Project, *, apply: bool) -> RefitProposal:
    """Groups everything that the last analysis read anew; with `apply` the registry and the analysis are of it.

    Raises AlreadyRunning where an analysis is at work, ConfigError where there is nothing to group anew.
    """
    with open_store(project.store) as opened:
        registry = opened.load_registry()
    if not registry.open_themes():
        raise ConfigError("there are no themes yet, so there is nothing to group anew; `groundswell run` finds them")
    prepare_prefect()
    with holding(project.store, [ANALYSIS]) as held, prefect_api(meanwhile=lambda: load_libraries("flows.pipeline")):
        return refit(project.settings.store, registry.as_of, project.analysis_options(), apply, held[ANALYSIS])


@subflow("refit")
def refit(
    store: SecretStr, until: datetime | None, options: AnalysisOptions, apply: bool, lease: Lease | None = None
) -> RefitProposal:
    """The proposal for the period that was analysed last."""
    reading = read_comments(store, until, options)
    for last in (False, False, True):
        known = known_themes(store)
        found = propose_refit(known, reading.clauses, reading.content, until, options.themes, apply)
        if found is None:
            raise ConfigError("no theme is tight enough to be found anew; the themes stay as they are")
        regrouped, themed = found
        apply = apply and bool(regrouped)
        try:
            if apply:
                save_analysis(store, reading, themed, options, lease)
            break
        except RegistryMoved:
            if last:
                raise
    themes = themed.themes.set_index("theme_id")["label"]
    names = {theme: theme if apply else str(themes[theme]) for theme in regrouped.opened}
    splits: dict[str, list[str]] = {}
    for theme, part in regrouped.splits:
        splits.setdefault(theme, []).append(names[part])
    return RefitProposal(
        same=len(regrouped.same),
        merges=list(regrouped.merges),
        splits=list(splits.items()),
        opened=list(names.values()),
        closed=list(regrouped.closed),
        moved_share=regrouped.moved,
        applied=apply,
        event=themed.version + 1 if apply and themed.change is not None else None,
    )

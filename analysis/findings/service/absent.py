"""Why a figure of contacts is missing, and what a reader must know of those that are told (law 6)."""

from __future__ import annotations

from analysis.findings.service.rows import moment_of, service_rows, tickets
from analysis.findings.service.volumes import base_of, tells_of_solutions
from analysis.scope.scope import Scope
from analysis.scope.service_options import ServiceOptions
from analysis.statistics.intervals import FEW_RESPONSES
from groundswell.findings import Absent, Findings, ServiceLevel
from groundswell.frames import SEGMENT
from groundswell.records import AGENT

__all__ = ["service_absent", "service_warnings", "silent_agents"]

NO_CONTACTS = "No source holds contacts of a help desk (kind ticket)."


def service_absent(scope: Scope, found: Findings, options: ServiceOptions) -> list[Absent]:
    """The sections of contacts that are empty, each with its reason; `found` has the others."""
    reasons = {
        "backlog": None if found.backlog else _no_backlog(scope),
        "contact_ratios": None if found.contact_ratios else _no_ratio(scope, options),
        "service_drivers": None if found.service_drivers else _no_driver(scope),
    }
    if tickets(scope.feedback).empty:
        reasons = {section: NO_CONTACTS if reason else None for section, reason in reasons.items()}
    return [Absent(section, reason) for section, reason in reasons.items() if reason]


def service_warnings(scope: Scope) -> list[str]:
    """Amounts that are not told because they are in another currency than most of their source."""
    paid = scope.feedback[scope.feedback["compensation"] > 0]
    warnings = []
    for source, rows in paid.groupby("source", sort=True):
        usual = rows["currency"].mode()
        if usual.empty:
            continue
        others = rows[rows["currency"] != usual.iloc[0]].fillna({"currency": "an unnamed currency"})
        for currency, those in others.groupby("currency", sort=True):
            total, contacts = float(those["compensation"].sum()), "contact" if len(those) == 1 else "contacts"
            warnings.append(
                f"Compensation of {total:,.2f} in {currency} ({len(those):,} {contacts} of {source}) is not added "
                f"to that in {usual.iloc[0]}."
            )
    return warnings


def silent_agents(scope: Scope, levels: list[ServiceLevel], options: ServiceOptions) -> list[str]:
    """Says so where figures of single agents are asked for, and none can be told."""
    if not options.agents or any(level.group_by == AGENT for level in levels):
        return []
    if SEGMENT + AGENT not in scope.feedback.columns:
        return ["Single agents are asked for, but no source maps one: segments = { agent = COLUMN }."]
    return [f"Single agents are told from {FEW_RESPONSES} contacts of each in the period on, and no agent had as many."]


def _no_backlog(scope: Scope) -> str:
    contacts = tickets(scope.all_feedback)
    if scope.span.period.end is None:
        return "What is open at a week's end can be told of dated contacts only."
    silent = sorted(contacts.loc[contacts["resolved_at"].notna(), "source"].unique())
    if not silent:
        return "No source tells when contacts were solved, so what is still open is not known."
    until = moment_of(scope.span.period, scope.all_feedback)
    if until is not None:
        rows = service_rows(contacts, until, scope.all_feedback)
        silent = [name for name in silent if not tells_of_solutions(rows[rows["source"] == name], until)]
    names = ", ".join(map(str, silent))
    return (
        f"{names}: fewer than half of the contacts of four weeks ago and before say when they were solved, so what is "
        "still open is not known."
        if silent
        else "The contacts do not reach back far enough to tell what was open at a week's end."
    )


def _no_ratio(scope: Scope, options: ServiceOptions) -> str:
    if options.base_problem is not None:
        return f"Contacts for each hundred: {options.base_problem}."
    if options.base is None:
        return "Contacts for each hundred orders or customers need their count: `contact_base` in [service]."
    if base_of(options.base, scope.span.period, scope.feedback) is None:
        return f"The count of {options.base.name} does not cover each day of the period, or covers more than it."
    return f"No contact, or none of the {options.base.name}, falls into the period."


def _no_driver(scope: Scope) -> str:
    contacts = tickets(scope.feedback)
    if contacts["resolved_at"].isna().all() and contacts["reopened"].isna().all():
        return "No source tells when contacts were solved, or whether they were opened again."
    return "No theme's contacts take longer to solve, or are opened again more often, than chance explains."

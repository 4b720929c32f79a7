"""Fields that name a person who served the customer: figures by them would be a league table of people."""

from __future__ import annotations

import re

__all__ = ["names_person"]

# The last word of such a field, in the languages whose columns are found by name.
_ROLES = frozenset(
    "agent supervisor manager rep reps csr csm representative assignee owner handler employee staff colleague "
    "associate advisor adviser consultant clerk technician specialist teamlead leader salesperson mitarbeiter "
    "sachbearbeiter bearbeiter berater betreuer vorgesetzter teamleiter agente asesor conseiller medewerker".split()
)
_DONE_BY = re.compile(
    r"\b(?:assigned|escalated|routed|transferred) to$"
    r"|\b(?:handled|resolved|solved|closed|answered|served|taken|managed|owned|replied|updated) by$"
    r"|\bteam lead$"
)
_ITS_NAME = re.compile(
    r" (?:(?:first|last|full|display|user) ?)?(?:names?|id|ids|no|number|code|e ?mail|login|initials)$"
)
# A field of this name holds groups, whatever its column is called: the queues in a column "Assigned to".
_GROUPS = re.compile(
    r"\b(?:teams?|groups?|queues?|departments?|units?|sites?|locations?|offices?|regions?|tiers?|vendors?)$"
)
# Yes or no of the author, which testimonials disclose: not who served, whatever the column is called.
_OF_THE_AUTHOR = frozenset({"insider", "incentivised", "incentivized"})


def names_person(field: str, column: str = "") -> bool:
    """Whether a segment of this name, read from a column of that name, tells who served the customer.

    "supervisor", "Account Manager name", "handled_by" and "assigned to" do; "agent team" and "owner type" do not.
    """
    name = _words(field)
    if name in _OF_THE_AUTHOR:
        return False
    return _is_person(name) or (not _GROUPS.search(name) and _is_person(_words(column)))


def _words(name: str) -> str:
    """The words of a name in lower case: "handledBy" and "handled_by" are "handled by"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", apart.casefold()))


def _is_person(words: str) -> bool:
    words = _ITS_NAME.sub("", words)
    return words.rpartition(" ")[2] in _ROLES or _DONE_BY.search(words) is not None

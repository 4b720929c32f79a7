"""Notices: whom to call today, and what an owner's themes do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from comments_for_tests import ESCALATIONS

from reports.digest import Digest
from reports.formats.notices import escalation_notice, owner_notice, quoted_item

DAY = date(2026, 11, 12)


def test_the_most_serious_come_first() -> None:
    """Every case has its kinds, its theme, the customer's words and where they stand."""
    notice = escalation_notice(ESCALATIONS, DAY, timezone="Europe/Berlin")
    first = notice.items[0]
    assert first.text == "Escalation, leaving, urgent · about “charged twice for one order”"
    assert first.lines == ("The same customer also wrote #9088 and #9071.",)
    assert first.quote == ESCALATIONS[0].verbatim.text and first.reference.startswith("tickets #9101 · ")
    assert notice.title == "11 customers to call back · 12 Nov 2026"
    assert notice.lead.startswith("Escalation (2): asks for a manager") and "Urgent (3): " in notice.lead


def test_the_same_customers_are_the_same_notice() -> None:
    """The key depends on the day and on who is told of, not on their order; without anybody there is no notice."""
    forward, backward = escalation_notice(ESCALATIONS, DAY), escalation_notice(ESCALATIONS[::-1], DAY)
    assert forward.key == backward.key != escalation_notice(ESCALATIONS[1:], DAY).key
    assert forward.key != escalation_notice(ESCALATIONS, date(2026, 11, 13)).key
    with pytest.raises(ValueError, match="no escalation"):
        escalation_notice((), DAY)


def test_what_does_not_fit_is_counted() -> None:
    """Twenty are told in full; the others by their references, and those not given by their number."""
    notice = escalation_notice(ESCALATIONS * 3, DAY, left_out=7)
    assert len(notice.items) == 20 and notice.title.startswith("40 customers")
    assert notice.after[0].startswith("To call as well: #") and notice.after[0].endswith(" and 7 more.")


def test_an_owner_is_told_of_their_themes_only(service: Digest) -> None:
    """An alert and a pain point on one theme are one item, with figures, action and words; names ignore case."""
    notice = owner_notice("logistics", service)
    assert notice is not None and len(notice.items) == 1
    item = notice.items[0]
    assert item.text == "“card never arrived”"
    assert item.lines == (
        "▲ alert, new; 38 of 412 authors this week, usually 19 (11–27)",
        "Pain point 1: raised by 38 of 412 authors (9 %, 7–12 %); goes with −4.1 NPS (−5.6 to −2.6)",
        "Decided: Second courier for the north · since 10 Nov 2026. What came of it: … too early: 1 whole week",
    )
    assert item.quote and item.reference
    assert notice.title == "Logistics: 1 theme of yours, 1 alert · 2026-W46"
    assert owner_notice("Nobody", service) is None


def test_calm_themes_of_an_owner_are_told_by_rank(service: Digest) -> None:
    """Without an alert the pain points stand in their order; what does not fit is counted."""
    points = tuple(replace(f, owner="Ann", alert_id=None) for f in service.pain_points)
    notice = owner_notice("Ann", replace(service, alerts=(), pain_points=points))
    assert notice is not None
    assert [item.text for item in notice.items] == [f"“{f.label}”" for f in points]
    many = tuple(replace(points[0], theme_id=f"t{i}", rank=i) for i in range(30))
    crowded = owner_notice("Ann", replace(service, alerts=(), pain_points=many))
    assert crowded is not None and crowded.after == ("10 more themes of yours on the page.",)


def test_words_are_told_as_far_as_a_channel_may() -> None:
    """Whole, short or not at all; the reference always."""
    item = escalation_notice(ESCALATIONS, DAY).items[0]
    short, none = quoted_item(item, "short"), quoted_item(item, "none")
    assert quoted_item(item, "full") is item
    assert short.quote is not None and len(short.quote) <= 80 and none.quote is None
    assert short.reference == none.reference == item.reference

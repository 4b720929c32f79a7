"""How much came in beside what is usual, what is open at a week's end, and contacts for each hundred orders."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from contacts_for_tests import ALL, BEFORE, contact, contacts, nothing_found
from frames_for_tests import MONDAY

from analysis.findings.service.contacts import with_service
from analysis.findings.service.volumes import contact_ratios, find_backlog, weekly_volumes
from analysis.scope.service_options import ContactBase, ServiceOptions

WEEKS, DAY = timedelta(weeks=1), timedelta(days=1)


def weekly(n: int, weeks: int, **more: object) -> list[dict[str, object]]:
    """So many contacts on the Monday of each of the last weeks, solved within a day, of different people."""
    return [
        contact(MONDAY - back * WEEKS, solved=10 + i, author=f"{back}-{i}", **more)
        for back in range(weeks)
        for i in range(n)
    ]


def test_a_week_has_the_range_of_those_before_it():
    """From the ninth week on a week has a usual range, made of the weeks before it alone."""
    rows = weekly(10, 12)
    rows += [contact(MONDAY, author=f"more{i}") for i in range(30)]
    points = weekly_volumes(contacts(rows))["desk"]
    assert [point.usual is None for point in points] == [True] * 8 + [False] * 4
    last = points[-1]
    assert last.usual is not None
    assert (last.n, last.usual.value) == (40, 10)
    assert last.usual.high < 20


def test_the_backlog_of_a_week_is_what_was_open_at_its_end():
    """Three contacts stay open for ever, and each week ten are solved in it: three are open, the oldest by name."""
    rows = weekly(10, 8)
    rows += [contact(MONDAY - 6 * WEEKS + i * DAY, author=f"late{i}", reference=f"late {i}") for i in range(3)]
    found = find_backlog(contacts(rows))
    assert [one.open for one in found] == [0, *[3] * 7][-len(found) :]
    assert found[-1].week == "2026-W46"
    assert (found[-1].oldest, found[-1].oldest_days) == ("late 0", pytest.approx(49))


def test_a_later_solution_was_still_open_then():
    """What is solved today was open last week, and a digest of last week says so."""
    rows = [*weekly(10, 8), contact(MONDAY - 3 * WEEKS, solved=24 * 7 * 10, author="slow")]
    by_week = {one.week: one.open for one in find_backlog(contacts(rows))}
    assert (by_week["2026-W42"], by_week["2026-W43"], by_week["2026-W46"]) == (0, 1, 1)


def test_without_solutions_nothing_is_known_to_be_open():
    """A source that never, or seldom, says when contacts ended has no backlog; nor have surveys or undated contacts."""
    assert find_backlog(contacts([{**row, "resolved_at": None} for row in weekly(10, 8)])) == []
    seldom = [row if i % 3 == 0 else {**row, "resolved_at": None} for i, row in enumerate(weekly(10, 8))]
    assert find_backlog(contacts(seldom)) == []
    assert find_backlog(contacts(weekly(10, 8, kind="survey"))) == []
    assert find_backlog(contacts(weekly(10, 8), period=ALL)) == []


def base(days: int, per: float, first: date, n: int) -> ServiceOptions:
    """Options with a count of orders for each of so many days or weeks."""
    counts = tuple((first + timedelta(days=days * i), per) for i in range(n))
    return ServiceOptions(base=ContactBase("orders", counts, days))


@pytest.mark.parametrize(("days", "per", "n"), [(1, 100.0, 14), (7, 700.0, 2)])
def test_contacts_are_told_for_each_hundred_orders(days, per, n):
    """Thirty-five contacts on seven hundred orders are five for each hundred, whether counted by day or by week."""
    options = base(days, per, date(2026, 11, 2), n)
    (found,) = contact_ratios(contacts(weekly(35, 2), before=BEFORE), options)
    assert (found.source, found.per, found.contacts, found.base) == ("desk", "orders", 35, 700)
    assert (found.ratio.value, found.before) == (5, 5)
    assert 3 < found.ratio.low < 5 < found.ratio.high < 8


@pytest.mark.parametrize(
    ("days", "first", "n"),
    [(1, date(2026, 11, 9), 6), (1, date(2026, 11, 10), 7), (7, date(2026, 11, 4), 3), (1, date(2025, 1, 1), 9)],
    ids=["a day is missing", "the first day is missing", "weeks that begin on a Wednesday", "another year"],
)
def test_a_count_that_does_not_fit_the_period_gives_no_ratio(days, first, n):
    """Contacts of seven days on orders of six would be told too high: it is absent, with the reason."""
    scope, options = contacts(weekly(35, 2)), base(days, 100.0, first, n)
    assert contact_ratios(scope, options) == []
    absent = {entry.section: entry.reason for entry in with_service(scope, nothing_found(), options).absent}
    assert "does not cover each day" in absent["contact_ratios"]


def test_all_feedback_is_told_on_the_days_of_its_contacts():
    """Without a period the orders of the days from the first contact to the last are counted, no others."""
    rows = [contact(MONDAY + i * DAY) for i in range(4) for _ in range(5)]
    (found,) = contact_ratios(contacts(rows, period=ALL), base(1, 100.0, date(2026, 11, 9), 4))
    assert (found.base, found.ratio.value, found.before) == (400, 5, None)


def reasons(rows, findings, options=None, **more) -> dict[str, str]:
    """What is absent of contacts, and why."""
    found = with_service(contacts(rows, **more), findings, options or ServiceOptions())
    return {entry.section: entry.reason for entry in found.absent}


def test_each_figure_that_is_missing_says_why():
    """No contacts, no solutions, no count, a count that cannot be read: each is a reason of its own."""
    surveys = reasons(weekly(10, 8, kind="survey"), nothing_found())
    assert set(surveys.values()) == {"No source holds contacts of a help desk (kind ticket)."}
    unsolved = reasons([{**row, "resolved_at": None} for row in weekly(10, 8)], nothing_found())
    assert "tells when contacts were solved" in unsolved["backlog"]
    assert "contact_base" in unsolved["contact_ratios"]
    broken = ServiceOptions(base_problem="orders.csv, row 3: 'count' is 'x'; a number from 0 up is wanted")
    assert "orders.csv, row 3" in reasons(weekly(10, 8), nothing_found(), broken)["contact_ratios"]
    assert "dated contacts only" in reasons(weekly(10, 8), nothing_found(), period=ALL)["backlog"]
    assert "backlog" not in reasons(weekly(10, 8), nothing_found())


def test_another_currency_is_told_and_not_added():
    """What was paid in a second currency is a warning with its sum."""
    rows = weekly(30, 1)
    for i, row in enumerate(rows):
        row |= {"compensation": 10.0, "currency": "EUR" if i < 2 else "GBP"}
    found = with_service(contacts(rows), nothing_found(), ServiceOptions())
    assert found.warnings == ("Compensation of 20.00 in EUR (2 contacts of desk) is not added to that in GBP.",)

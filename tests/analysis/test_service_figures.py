"""Service levels: what was known at the period's end, first contacts, teams, agents and what was paid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from contacts_for_tests import ALL, BEFORE, WEEK, contact, contacts
from frames_for_tests import MONDAY

from analysis.findings.service.levels import service_levels
from analysis.scope.service_options import ServiceOptions
from groundswell.findings import ServiceLevel

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def whole(scope, **options) -> ServiceLevel:
    """The figures of the one source of a scope."""
    return next(level for level in service_levels(scope, ServiceOptions(**options)) if level.group_by == "all")


def groups(scope, by, **options) -> list[ServiceLevel]:
    """Those of each group of a kind."""
    return [level for level in service_levels(scope, ServiceOptions(**options)) if level.group_by == by]


def test_contacts_that_wait_make_the_median_longer():
    """Thirty solved within ten hours and twenty that are open: the median lies among the slowest of the thirty."""
    rows = [contact(solved=(i + 1) / 3) for i in range(30)] + [contact() for _ in range(20)]
    level = whole(contacts(rows))
    assert level.resolution_minutes is not None
    assert level.resolution_minutes.value == pytest.approx(60 * 25 / 3)
    assert level.resolution_minutes.high == pytest.approx(7 * 24 * 60)


def test_what_came_after_the_period_is_not_known_in_it():
    """A digest of last week that is made a month later says what it would have said then."""
    rows = [contact(MONDAY + 6 * DAY, solved=2.0 if i < 10 else 48.0) for i in range(30)]
    for row in rows:
        row["reopened"] = None
    then = [row if i < 10 else {**row, "resolved_at": None} for i, row in enumerate(rows)]
    assert service_levels(contacts(rows)) == service_levels(contacts(then))


def test_a_source_that_never_tells_has_no_times():
    """Where no contact of a source was ever noted as solved, all of them being open is not what that means."""
    level = whole(contacts([contact(reply=1) for _ in range(30)]))
    assert level.resolution_minutes is None and level.first_contact is None
    assert level.first_reply_minutes is not None and level.first_reply_minutes.value == 60


def test_solved_without_a_noted_reply_is_not_waiting_for_one():
    """Ten tickets closed without a reply, or by their status, leave the median reply where it is."""
    rows = [contact(reply=1, solved=2, status="Open") for _ in range(30)]
    rows += [contact(solved=2, status="solved") for _ in range(10)] + [contact(status="Closed") for _ in range(10)]
    level = whole(contacts(rows))
    assert level.first_reply_minutes is not None and level.resolution_minutes is not None
    assert (level.first_reply_minutes.value, level.first_reply_minutes.high) == (60, 60)
    assert (level.resolution_minutes.value, level.resolution_minutes.high) == (120, 120)


def a_week_before(n: int, **more: object) -> list[dict[str, object]]:
    """Contacts of different people, a week and a bit ago, solved within a day and not opened again."""
    begun = MONDAY - 3 * DAY
    return [contact(begun, reply=1, solved=20, author=f"a{i}", reopened=False, **more) for i in range(n)]


def test_a_first_contact_is_solved_in_time_and_its_author_does_not_come_back():
    """Of forty, ten opened again, ten solved late and ten whose author wrote again within seven days are none."""
    rows = a_week_before(40)
    for i in range(10):
        rows[i]["reopened"] = True
        rows[10 + i]["resolved_at"] = MONDAY - 3 * DAY + timedelta(days=8)
        rows.append(contact(MONDAY + DAY, author=f"a{20 + i}", solved=1, reopened=False))
    level = whole(contacts(rows, period=WEEK))
    assert level.first_contact is not None
    assert level.first_contact.value == pytest.approx(10 / 40)
    assert level.n == 10, "the week has ten contacts of its own; those of its first contacts began a week earlier"


def test_coming_back_after_the_days_asked_for_is_another_matter():
    """With three days to look at, who writes again on the fourth was served at once the first time."""
    begun = MONDAY - DAY
    rows = [contact(begun, solved=1, author=f"a{i}") for i in range(30)]
    rows += [contact(begun + 4 * DAY, solved=1, author=f"a{i}") for i in range(30)]
    rows.append(contact(MONDAY + 30 * DAY))
    for days, share in ((3, 1.0), (5, 0.5)):
        level = whole(contacts(rows, period=ALL), first_contact_days=days)
        assert level.first_contact is not None and level.first_contact.value == share


def test_without_known_authors_nobody_can_tell_who_came_back():
    """First contacts need the people behind them."""
    rows = [{**row, "author": None} for row in a_week_before(40)] + [contact(author=None) for _ in range(5)]
    assert whole(contacts(rows)).first_contact is None


def test_surveys_and_reviews_are_no_contacts():
    """Answers have scores and groups, but no first contacts, even where their file names times."""
    rows = [{**row, "kind": "survey"} for row in a_week_before(40)]
    rows += [contact(kind="survey", solved=1, author="b") for _ in range(20)]
    assert whole(contacts(rows)).first_contact is None


def test_the_two_answers_of_one_contact_are_one():
    """A survey of contacts with two open questions gives two records of each; a contact is counted once."""
    rows = [
        contact(reply=1 + i % 7, response_id=f"r{i}", **{"segment:question": question})
        for i in range(30)
        for question in ("good", "bad")
    ]
    assert whole(contacts(rows)).n == 30


def test_teams_are_groups_like_others_and_agents_are_not():
    """Teams are told, largest first; agents only where the settings ask for them."""
    rows = [contact(reply=1 + i % 5, team="A" if i < 40 else "B", agent=f"Agent {i % 3}") for i in range(75)]
    scope = contacts(rows)
    assert [(level.group, level.n) for level in groups(scope, "team")] == [("A", 40), ("B", 35)]
    assert groups(scope, "agent") == []


def test_agents_stand_by_name_and_lean_on_each_other():
    """Four agents who are alike: told by name, not by figure, and nearer to each other than they were seen."""
    reopened = {"Ann": 1, "Bo": 4, "Cy": 2, "Di": 3}
    rows = [
        contact(reply=1 + i % 7, reopened=i < n, agent=name, author=f"{name}{i}")
        for name, n in sorted(reopened.items(), key=lambda item: -item[1])
        for i in range(25)
    ]
    found = groups(contacts(rows), "agent", agents=True)
    assert [level.group for level in found] == ["Ann", "Bo", "Cy", "Di"]
    assert all(level.shrunken and level.change is None and level.compensation is None for level in found)
    shares = [level.reopened.value for level in found if level.reopened]
    assert 0 < max(shares) - min(shares) < 0.5 * (4 - 1) / 25
    assert sum(shares) / 4 == pytest.approx(0.1, abs=0.01)


def test_two_agents_have_no_figures():
    """How agents scatter cannot be told from two; a figure that leans on nothing is not told."""
    rows = [contact(reply=1 + i % 5, agent="Ann" if i % 2 else "Bo") for i in range(60)]
    found = groups(contacts(rows), "agent", agents=True)
    assert [(level.n, level.first_reply_minutes) for level in found] == [(30, None), (30, None)]


def test_compensation_counts_those_that_got_nothing():
    """Twelve of sixty were paid ten pounds: 120 in all, two a contact; a blank is nothing."""
    rows = [contact(author=f"a{i}", **paid(10.0 if i < 12 else None)) for i in range(60)]
    level = whole(contacts(rows))
    assert level.compensation is not None
    assert (level.compensation.value, level.compensation_total, level.currency) == (2.0, 120.0, "GBP")
    assert 1 < level.compensation.low < 2 < level.compensation.high < 4


def paid(amount: float | None, currency: str = "GBP") -> dict[str, object]:
    """The fields of what was paid."""
    return {"compensation": amount, "currency": None if amount is None else currency}


def test_where_nothing_is_written_as_0_a_blank_is_unknown():
    """A source that writes 0 means something else by a blank."""
    rows = [contact(author=f"a{i}", **paid(10.0 if i < 12 else 0.0 if i < 30 else None)) for i in range(60)]
    level = whole(contacts(rows))
    assert level.compensation is not None and level.compensation.value == 4.0


def test_amounts_of_two_currencies_are_never_added():
    """The usual currency is told; contacts that were paid in another one are left out of it."""
    rows = [contact(author=f"a{i}", **paid(10.0 if i < 12 else None)) for i in range(60)]
    rows += [contact(author=f"e{i}", **paid(1000.0, "EUR")) for i in range(3)]
    level = whole(contacts(rows))
    assert (level.compensation_total, level.currency) == (120.0, "GBP")
    assert level.compensation is not None and level.compensation.value == 2.0


def test_few_payments_have_a_sum_and_no_mean():
    """Three payments are a fact; what a contact costs on average is not known from them."""
    level = whole(contacts([contact(author=f"a{i}", **paid(10.0 if i < 3 else None)) for i in range(60)]))
    assert (level.compensation, level.compensation_total) == (None, 30.0)
    assert whole(contacts([contact() for _ in range(60)])).compensation_total is None


def test_a_mean_that_one_customer_decides_is_not_told():
    """A customer with seven of sixty contacts has more than a tenth: the sum stands, the mean does not."""
    rows = [contact(author="a0" if i < 7 else f"a{i}", **paid(10.0 if i % 4 == 0 else None)) for i in range(60)]
    level = whole(contacts(rows))
    assert (level.compensation, level.compensation_total) == (None, 150.0)
    rows[0]["author"] = "a99"
    assert whole(contacts(rows)).compensation is not None


def test_what_moved_since_the_week_before_has_an_interval():
    """Replies that take an hour longer than the week before are told so, of the whole source alone."""
    rows = [contact(MONDAY - 2 * DAY, reply=1 + i / 100, team="A") for i in range(60)]
    rows += [contact(MONDAY + DAY, reply=2 + i / 100, team="A") for i in range(60)]
    scope = contacts(rows, before=BEFORE)
    difference = whole(scope).against_before["first_reply_minutes"]
    assert difference.value == pytest.approx(60)
    assert 30 < difference.low < 60 < difference.high < 90
    assert [level.against_before for level in groups(scope, "team")] == [{}]


def test_undated_contacts_have_levels():
    """Without a single time there are counts and scores, and no crash."""
    rows = [{**contact(), "occurred_at": None, "reported_at": None, "author": "a"} for _ in range(30)]
    level = whole(contacts(rows, period=ALL))
    assert (level.n, level.first_reply_minutes, level.resolution_minutes, level.first_contact) == (30, None, None, None)


def test_no_contacts_no_levels():
    """An empty period says nothing."""
    assert service_levels(contacts([contact(MONDAY - 30 * DAY)], period=WEEK)) == []


def test_the_scores_of_agents_stay_on_their_scale():
    """One agent's customers are all satisfied: told as nearly all, by an interval that ends at all of them."""
    rows = [
        contact(agent=name, author=f"{name}{i}", **rated(5.0 if i % 5 < good else 1.0))
        for name, good in (("Ann", 5), ("Bo", 4), ("Cy", 4), ("Di", 3))
        for i in range(30)
    ]
    found = {level.group: level.score for level in groups(contacts(rows), "agent", agents=True)}
    ann, di = found["Ann"], found["Di"]
    assert ann is not None and ann.value is not None and ann.high is not None
    assert di is not None and di.value is not None
    assert 60 < di.value < 80 < ann.value < 100
    assert ann.high <= 100


def rated(stars: float) -> dict[str, object]:
    """The fields of a satisfaction score."""
    scaled = (stars - 1) / 4
    return {"metric": "csat", "score": stars, "score_low": 1.0, "score_high": 5.0, "score_scaled": scaled}

"""The outbox: what is to be sent is in it once, and each step of its way is kept, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from groundswell.errors import ConfigError, StoreError
from groundswell.outbox import Announcement, Destination, NewItem, OutboxItem, name_of_comments
from groundswell.storage import Store

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
ANNA = NewItem("digest", "service", "2026-W46", Destination("mail", "anna@example.com"))
TEAM = replace(ANNA, to=Destination("team"))


def queued(store: Store, *items: NewItem) -> list[OutboxItem]:
    """The items of the outbox after these were put into it."""
    store.queue(items, NOW)
    return store.outbox()


def freeze(store: Store, period: str, fingerprint: str = "f", announce: bool = True) -> None:
    store.save_digest("service", period, fingerprint, "{}", "first", announce_at=NOW if announce else None)


def test_an_item_comes_back_as_it_was_queued(store: Store) -> None:
    """It gets a number and waits; times are in UTC, nothing has been tried."""
    calls = NewItem("escalations", name_of_comments(["b", "a"]), "2026-11-15", Destination("team"), ("a", "b"))
    first, second = queued(store, ANNA, calls)
    assert (first.item_id, first.state, first.to, first.turn, first.attempts) == (1, "pending", ANNA.to, 0, 0)
    assert (first.queued_at, first.tried_at, first.sent_at, first.revision) == (NOW, None, None, None)
    assert (second.kind, second.payload, second.period) == ("escalations", ("a", "b"), "2026-11-15")
    assert name_of_comments(["a", "b"]) == calls.name != name_of_comments(["a"])


def test_nothing_is_queued_twice_for_a_recipient_and_period(store: Store) -> None:
    """Queued again, whatever became of it, an item is the one that is there; another recipient or period is another."""
    assert store.queue([ANNA, TEAM], NOW) == 2
    for state in ("pending", "sent", "dropped"):
        if state == "sent":
            store.end_sending(1, NOW, 1)
        elif state == "dropped":
            store.fail_sending(1, state, "given up")
        assert store.queue([ANNA, TEAM], NOW) == 0
    assert store.queue([replace(ANNA, period="2026-W47"), replace(ANNA, kind="owner")], NOW) == 2


def test_two_runs_at_once_queue_an_item_once(store: Store) -> None:
    """Of eight writers at the same moment one puts the item in."""
    with ThreadPoolExecutor(8) as pool:
        came_in = list(pool.map(lambda _: store.queue([ANNA], NOW), range(8)))
    assert sorted(came_in) == [0] * 7 + [1] and len(store.outbox()) == 1


def test_asked_for_again_it_goes_out_in_a_turn_of_its_own(store: Store) -> None:
    """What arrived or was given up gets another turn with another message id; what still waits is not doubled, and what
    is held waits again."""
    store.queue([ANNA, TEAM], NOW)
    store.end_sending(1, NOW, 1)
    store.fail_sending(2, "held", "no such hook")
    assert store.queue([ANNA, TEAM], NOW, again=True) == 2
    first, team, second = store.outbox()
    assert [(one.turn, one.state) for one in (first, team, second)] == [(0, "sent"), (0, "pending"), (1, "pending")]
    assert first.message_id("example.com") != second.message_id("example.com")
    store.queue([ANNA], NOW, again=True)
    assert len(store.outbox()) == 3


def test_only_the_first_revision_of_the_newest_period_is_announced(store: Store) -> None:
    """A next revision, an older period that is filled in, and a digest nobody is sent are announced to nobody."""
    freeze(store, "2026-W45", announce=False)
    assert store.announcements() == []
    freeze(store, "2026-W46")
    freeze(store, "2026-W46", "revised")
    freeze(store, "2026-W44")
    assert store.announcements() == [Announcement("service", "2026-W46")]


def test_recipients_are_written_down_and_the_announcement_taken_away_at_once(store: Store) -> None:
    """Both happen in one transaction: afterwards nothing is announced, and the items wait."""
    freeze(store, "2026-W46")
    [one] = store.announcements()
    assert store.queue([ANNA, TEAM], NOW, announced=one) == 2
    assert store.announcements() == [] and len(store.outbox(("pending",))) == 2


def test_an_item_goes_its_way_step_by_step(store: Store) -> None:
    """Begun, it cannot be begun again; parts that arrived, errors and tries are kept; sent, it says when and of which
    revision, and no error any more."""
    store.queue([ANNA], NOW)
    with_lease = store.take_lease("delivery")
    assert store.begin_sending(1, NOW, with_lease) and not store.begin_sending(1, NOW, with_lease)
    store.part_arrived(1, 2)
    store.fail_sending(1, "failed", "no answer in time", maybe_arrived=True)
    [failed] = store.outbox(("failed",))
    assert (failed.parts, failed.last_error, failed.possible_repeat) == (2, "no answer in time", True)
    store.begin_sending(1, NOW + timedelta(hours=1), with_lease)
    store.end_sending(1, NOW + timedelta(hours=2), 3)
    [sent] = store.outbox(("sent",))
    assert (sent.attempts, sent.revision, sent.sent_at, sent.last_error) == (2, 3, NOW + timedelta(hours=2), None)


@pytest.mark.parametrize(("after_kill", "state"), [("resend", "failed"), ("hold", "held")])
def test_what_a_killed_run_was_sending_is_a_possible_repeat(store: Store, after_kill: str, state: str) -> None:
    """It waits again, or for a person, and what was not begun is as it was."""
    store.queue([ANNA, TEAM], NOW)
    lease = store.take_lease("delivery")
    store.begin_sending(1, NOW, lease)
    assert store.recover_outbox(after_kill, lease) == 1
    found = {one.item_id: (one.state, one.possible_repeat) for one in store.outbox()}
    assert found == {1: (state, True), 2: ("pending", False)}


def test_a_run_that_lost_its_lease_begins_nothing(store: Store) -> None:
    """Stopped for an hour, it learns from the store that another one is sending."""
    store.queue([ANNA], NOW)
    lost = store.take_lease("delivery")
    store.release_lease(lost)
    store.take_lease("delivery")
    for late in (lambda: store.begin_sending(1, NOW, lost), lambda: store.recover_outbox("resend", lost)):
        with pytest.raises(StoreError):
            late()
    assert store.outbox()[0].state == "pending"


def test_a_person_decides_on_what_did_not_arrive(store: Store) -> None:
    """Held and failed ones wait again or are dropped; of a number that is not there, or arrived, nothing changes."""
    store.queue([ANNA, TEAM], NOW)
    store.fail_sending(1, "held", "refused")
    store.end_sending(2, NOW, 1)
    for number in (2, 7):
        with pytest.raises(ConfigError, match="nothing was changed"):
            store.decide_outbox([1, number], "dropped")
    assert [one.item_id for one in store.decide_outbox([1], "pending")] == [1]
    assert [one.state for one in store.outbox()] == ["pending", "sent"]


def test_comments_are_told_of_once(store: Store) -> None:
    """Those of a queued notice are known as told, in the transaction that queues it."""
    store.queue([replace(TEAM, kind="escalations", payload=("a", "b"))], NOW, told=("a", "b"))
    assert store.told_before(["a", "c", "b"]) == {"a", "b"} and store.told_before([]) == set()


def test_a_message_keeps_its_id_for_each_try_and_shares_it_with_none(store: Store) -> None:
    """The id comes from what, when, where, to whom and which turn, and from nothing else."""
    first, team = queued(store, ANNA, TEAM)
    store.fail_sending(1, "failed", "away")
    again = store.outbox()[0]
    assert again.message_id("example.com") == first.message_id("example.com") != team.message_id("example.com")
    assert first.message_id("example.com").endswith("@example.com>")

"""The decorators of all flows and tasks: what Prefect is told when a mistake of ours ends a run."""

from __future__ import annotations

import traceback
from typing import NoReturn

import pytest
from prefect.events import emit_event

from flows.steps import Unforeseen, step, subflow
from groundswell.errors import SourceError

COMMENT = "my card 4155 was eaten by the machine"

pytestmark = pytest.mark.usefixtures("prefect_server")


@step
def stumble(text: str) -> int:
    """A task with a mistake whose text quotes a comment."""
    return int(text)


@subflow("stumbling", "stumbling over {number}")
def stumbling(number: int, text: str) -> int:
    """A flow that calls it."""
    return stumble(text) + number


def test_a_mistake_is_told_by_type_and_place_alone():
    """The state that Prefect stores of a failed flow holds the error's type and place, and not its text."""
    state = stumbling(1, COMMENT, return_state=True)
    assert state.is_failed()
    assert "ValueError in test_steps.py, line " in state.message
    assert "card" not in state.message
    with pytest.raises(Unforeseen) as told:
        stumbling(1, COMMENT)
    assert COMMENT in str(told.value.bug)  # who runs it by hand sees all of it
    assert "card" not in "".join(traceback.format_exception(told.value))  # which Prefect writes into its log


class Unread(list[str]):
    """Texts that nobody may look through."""

    def __iter__(self) -> NoReturn:
        raise AssertionError("searched")


@step
def count(texts: list[str], *, more: list[str]) -> int:
    """A task that is given every text of a project."""
    return len(texts) + len(more)


def test_what_a_task_is_given_is_not_searched():
    """A step's arguments reach it as they are, by place and by name: nothing goes through all texts of a project."""

    @subflow("counting")
    def counting() -> int:
        return count(Unread([COMMENT] * 3), more=Unread([COMMENT] * 2))

    assert counting() == 5


def test_a_server_that_keeps_no_events_is_sent_none():
    """Within the temporary server's block Prefect makes no event of what tasks and flows do."""
    assert emit_event("groundswell.test", {"prefect.resource.id": "groundswell.test"}) is None


def test_what_the_user_can_mend_keeps_its_message():
    """A GroundswellError passes as it is, and a result comes back."""

    @subflow("refusing")
    def refusing() -> int:
        raise SourceError("reviews.csv: is empty; export it again")

    with pytest.raises(SourceError, match="export it again"):
        refusing()
    assert stumbling(1, "41") == 42

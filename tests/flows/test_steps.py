"""The decorators of all flows and tasks: what Prefect is told when a mistake of ours ends a run."""

from __future__ import annotations

import traceback

import pytest

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


def test_what_the_user_can_mend_keeps_its_message():
    """A GroundswellError passes as it is, and a result comes back."""

    @subflow("refusing")
    def refusing() -> int:
        raise SourceError("reviews.csv: is empty; export it again")

    with pytest.raises(SourceError, match="export it again"):
        refusing()
    assert stumbling(1, "41") == 42

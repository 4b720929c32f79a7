"""What `groundswell themes refit` says of a new grouping."""

from __future__ import annotations

from flows.commands.themes_refit import NAMED, proposal_lines
from flows.refit import RefitProposal
from groundswell.registry import Theme

THEMES = {
    theme_id: Theme(theme_id, label)
    for theme_id, label in (("t1", "card is late"), ("t2", "fees"), ("t3", "app closes itself"), ("t4", "login fails"))
}


def proposal(*, applied: bool = False, event: int | None = None, opened: int = 1) -> RefitProposal:
    """A grouping that changes something of each kind."""
    return RefitProposal(
        same=12,
        merges=[("t1", "t2")],
        splits=[("t3", ["t4", "opens slowly"])],
        opened=[f"new theme {n}" for n in range(opened)],
        closed=["t2"],
        moved_share=0.0642,
        applied=applied,
        event=event,
    )


def test_a_proposal_says_what_would_become_of_each_theme() -> None:
    """The sums, each theme by its label and id, the share of clauses that move, and how to record it."""
    assert list(proposal_lines(proposal(), THEMES, 80)) == [
        "a new grouping would change this; nothing is changed yet:",
        "    12 stay the same",
        "     1 merged",
        "         “card is late” (t1) into “fees” (t2)",
        "     1 split",
        "         “app closes itself” (t3) into “login fails” (t4), opens slowly",
        "     1 new",
        "         new theme 0",
        "     1 gone",
        "         “fees” (t2)",
        "6.4% of the clauses would change their theme",
        "record it with groundswell themes refit --apply",
    ]


def test_a_recorded_grouping_says_how_to_take_it_back() -> None:
    """With --apply: what has become of the themes, and the number of the event."""
    lines = list(proposal_lines(proposal(applied=True, event=31), THEMES, 80))
    assert lines[0] == "the new grouping is recorded:" and "    12 stayed the same" in lines
    assert "6.4% of the clauses have changed their theme" in lines
    assert lines[-2] == "event 31: take it back with groundswell themes undo 31"


def test_a_grouping_that_changes_much_is_told_by_its_numbers() -> None:
    """Of each kind of change a dozen themes are named, and the others counted; no line is wider than the terminal."""
    lines = list(proposal_lines(proposal(opened=40), THEMES, 60))
    assert "    40 new" in lines and f"         and {40 - NAMED} more" in lines
    assert max(map(len, lines)) <= 60


def test_a_grouping_that_changes_nothing_says_so() -> None:
    """Where every theme stays, there is nothing to record."""
    same = RefitProposal(same=3, merges=[], splits=[], opened=[], closed=[], moved_share=0.0, applied=False, event=None)
    assert list(proposal_lines(same, THEMES, 80))[-1] == "there is nothing to record"

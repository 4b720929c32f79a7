"""What came of the sending of a run, and how it is told. Nothing heavy is imported here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from groundswell.outbox import OutboxItem

__all__ = ["Deliveries"]


@dataclass
class Deliveries:
    """What was sent, what somebody still waits for, and what is to be said of it."""

    sent: list[OutboxItem] = field(default_factory=list)
    unsent: list[OutboxItem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    busy: str = ""  # who else is sending; what waits is theirs

    def counts(self) -> list[str]:
        """For the log of runs and for Prefect: how many, and to nobody by name."""
        parts = [f"{_messages(self.sent)} sent"] if self.sent else []
        return parts + ([f"{_messages(self.unsent)} not sent"] if self.unsent else [])

    def lines(self) -> list[str]:
        """What was sent, a line each for what and by which channel, then the notes; no recipient is named."""
        to = Counter((item.what, item.to.channel) for item in self.sent)
        told = [f"sent: {what} by {channel}{f' to {n}' if n > 1 else ''}" for (what, channel), n in to.items()]
        repeats = sum(item.possible_repeat for item in self.sent)
        return told + ([f"  {repeats} of them marked as a possible repeat"] if repeats else []) + self.notes

    def complaints(self) -> list[str]:
        """A line for each channel with what did not arrive there, and why; no recipient is named."""
        if self.busy:
            return [f"messages are left to another run, which is sending: {self.busy}"]
        lines = []
        for channel in sorted({item.to.channel for item in self.unsent}):
            items = [item for item in self.unsent if item.to.channel == channel]
            held = sum(item.state == "held" for item in items)
            why = next((item.last_error for item in reversed(items) if item.last_error), "not tried yet")
            then = "`groundswell outbox list` shows what to do" if held else "the next run tries again"
            what = f"{_messages(items)} not sent"
            lines.append(f"channel {channel}: {what}{f', {held} of them held' if held else ''}: {why}; {then}")
        return lines


def _messages(items: Sequence[OutboxItem]) -> str:
    return "1 message" if len(items) == 1 else f"{len(items):,} messages"

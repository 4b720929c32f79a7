"""The part of the store that holds testimonials and the history of their consent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Engine

from groundswell import testimonial_store
from groundswell.database import reading, writing
from groundswell.testimonial_store import Change, Shelf
from groundswell.testimonials import ConsentEvent, KeptText

__all__ = ["TestimonialStore"]


class TestimonialStore:
    """What a Store keeps of testimonials. Every method may raise StoreError, and every write is one transaction."""

    _engine: Engine

    def testimonials(self) -> dict[str, KeptText]:
        """All texts that were decided on, by key, each with its history and what became of its feedback."""
        with reading(self._engine) as connection:
            return testimonial_store.load_testimonials(connection)

    def edit_testimonials(self, build: Callable[[Shelf], Change]) -> list[ConsentEvent]:
        """Add the texts and events that `build` makes of what is there; the events, numbered.

        All is read and written in one transaction: of two edits at once the second sees the first. What `build` raises
        comes through, and nothing is changed.
        """
        with writing(self._engine) as connection:
            return testimonial_store.edit_testimonials(connection, build)

    def erase_testimonials(self, feedback_ids: Iterable[str], at: datetime, actor: str) -> list[str]:
        """Take the words of and about the authors of these records out of all testimonials; the keys of the texts."""
        with writing(self._engine) as connection:
            return testimonial_store.erase_testimonials(connection, feedback_ids, at, actor)

"""The tables of testimonials: the exact texts that consent is about, and what happened to each (testimonials.py)."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Integer, Table, Text

from groundswell.result_tables import metadata, need

__all__ = ["testimonial", "testimonial_event"]

# One row for each exact text that somebody decided on; a shortened one is another text. No foreign key to feedback:
# that a text was published outlives its record, so that it can be taken down.
testimonial = Table(
    "testimonial",
    metadata,
    Column("key", Text, primary_key=True),
    need("feedback_id", Text, index=True),
    Column("text", Text),  # redacted, as it was proposed or edited; NULL once its author is erased
    need("text_hash", Text),  # sha256 of exactly this text
    Column("author", Text),  # keyed hash, NULL where unknown
    Column("edited_from", Text, ForeignKey("testimonial.key")),
    need("about", Text),  # what was known of it when it was proposed, as JSON
    need("made_at", DateTime),
)

# Rows are added and never changed, but for the words in them when an author is erased. The store numbers them itself.
testimonial_event = Table(
    "testimonial_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    need("key", Text, ForeignKey("testimonial.key"), index=True),
    need("text_hash", Text),  # of the text that was decided on
    need("at", DateTime),
    need("actor", Text),
    need("kind", Text),
    need("payload", Text),  # its details, as JSON
)

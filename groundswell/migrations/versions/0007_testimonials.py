"""Testimonials: the exact texts that consent is about, and the history of each.

Revision: 0007, after 0006. It only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "testimonial",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("feedback_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("edited_from", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edited_from"], ["testimonial.key"], name=op.f("fk_testimonial_edited_from")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_testimonial")),
    )
    op.create_index(op.f("ix_testimonial_feedback_id"), "testimonial", ["feedback_id"])
    op.create_table(
        "testimonial_event",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["testimonial.key"], name=op.f("fk_testimonial_event_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_testimonial_event")),
    )
    op.create_index(op.f("ix_testimonial_event_key"), "testimonial_event", ["key"])


def downgrade() -> None:
    op.drop_table("testimonial_event")
    op.drop_table("testimonial")

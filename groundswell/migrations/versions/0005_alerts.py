"""Alerts as they stood at the end of each week, and the actions that were taken.

Revision: 0005, after 0004. It only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_week",
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("week_end", sa.DateTime(), nullable=False),
        sa.Column("rest", sa.Text(), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_alert_week")),
    )
    op.create_table(
        "alert",
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("theme_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["week"], ["alert_week.week"], name=op.f("fk_alert_week")),
        sa.PrimaryKeyConstraint("week", "alert_id", name=op.f("pk_alert")),
    )
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("theme_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )


def downgrade() -> None:
    for name in ("action", "alert", "alert_week"):
        op.drop_table(name)

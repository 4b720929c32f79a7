"""Sentiment: heads trained on the ratings of the store, the one that an analysis used, and the signals of a clause.

Revision: 0004, after 0003. It only adds: the analysis of an older store stays as it is and can be read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clause", sa.Column("signals", sa.Text(), nullable=True))
    op.add_column("analysis", sa.Column("head", sa.Integer(), nullable=True))
    op.create_table(
        "sentiment_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("starter", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentiment_head")),
    )


def downgrade() -> None:
    op.drop_table("sentiment_head")
    op.drop_column("analysis", "head")
    op.drop_column("clause", "signals")

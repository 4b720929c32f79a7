"""Scheduled operation: leases, the log of runs, warnings of loads, the files that refused records came from.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("load", sa.Column("lease", sa.Text(), nullable=True))
    op.add_column("load", sa.Column("fence", sa.BigInteger(), nullable=True))
    op.add_column("load", sa.Column("closed_at", sa.DateTime(), nullable=True))
    op.add_column("load", sa.Column("warnings", sa.Text(), server_default="[]", nullable=False))
    op.add_column("quarantine", sa.Column("origin", sa.Text(), server_default="", nullable=False))
    op.add_column("digest", sa.Column("rows", sa.Text(), server_default="", nullable=False))
    # Written with every page and never read; the page's fingerprint covers it.
    op.drop_column("load_page", "cursor")
    _create_operation()


def downgrade() -> None:
    for name in ("analysis", "run", "lease"):
        op.drop_table(name)
    op.add_column("load_page", sa.Column("cursor", sa.Text(), server_default="{}", nullable=False))
    op.drop_column("digest", "rows")
    op.drop_column("quarantine", "origin")
    for name in ("warnings", "closed_at", "fence", "lease"):
        op.drop_column("load", name)


def _create_operation() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("beat", sa.Double(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("process_started", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("as_of", sa.DateTime(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("process_started", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'failed', 'partly', 'deferred')", name=op.f("ck_run_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "analysis",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("models", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
    )

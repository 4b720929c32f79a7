"""The theme registry: its events, members and fits; sub-themes, duplicates and what the registry knows of a theme.

Revision: 0003, after 0002. It only adds: the analysis of an older store stays as it is and can be read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clause", sa.Column("sub_theme_id", sa.Text(), nullable=True))
    op.add_column("comment_sentiment", sa.Column("duplicate", sa.Text(), nullable=True))
    op.add_column("theme", sa.Column("parent", sa.Text(), nullable=True))
    op.add_column("theme", sa.Column("status", sa.Text(), server_default="active", nullable=False))
    op.add_column("theme", sa.Column("origin", sa.Text(), server_default="fit", nullable=False))
    op.add_column("theme", sa.Column("opened", sa.DateTime(), nullable=True))
    op.add_column("theme", sa.Column("stability", sa.Double(), nullable=True))
    op.add_column("theme", sa.Column("journey_stage", sa.Text(), nullable=True))
    op.add_column("theme", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("analysis", sa.Column("registry", sa.BigInteger(), nullable=True))
    _create_registry()


def downgrade() -> None:
    for name in ("theme_fit", "theme_member", "theme_event"):
        op.drop_table(name)
    op.drop_column("analysis", "registry")
    for name in ("owner", "journey_stage", "stability", "opened", "origin", "status", "parent"):
        op.drop_column("theme", name)
    op.drop_column("comment_sentiment", "duplicate")
    op.drop_column("clause", "sub_theme_id")


def _create_registry() -> None:
    op.create_table(
        "theme_event",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("theme_id", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("part_of", sa.Integer(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["part_of"], ["theme_event.id"], name=op.f("fk_theme_event_part_of")),
        sa.ForeignKeyConstraint(["undoes"], ["theme_event.id"], name=op.f("fk_theme_event_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_event")),
    )
    op.create_table(
        "theme_member",
        sa.Column("event", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("theme_id", sa.Text(), nullable=True),
        sa.Column("sub_theme_id", sa.Text(), nullable=True),
        sa.Column("similarity", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["theme_event.id"], name=op.f("fk_theme_member_event")),
        sa.PrimaryKeyConstraint("event", "key", name=op.f("pk_theme_member")),
    )
    op.create_table(
        "theme_fit",
        sa.Column("event", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("theme_id", sa.Text(), nullable=False),
        sa.Column("centroid", sa.LargeBinary(), nullable=True),
        sa.Column("exemplars", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("cohesion", sa.Double(), nullable=True),
        sa.Column("clauses", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["theme_event.id"], name=op.f("fk_theme_fit_event")),
        sa.PrimaryKeyConstraint("event", "theme_id", name=op.f("pk_theme_fit")),
    )

"""The first tables.

Revision: 0001, the first one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_loads()
    _create_records()
    _create_quarantine()
    _create_results()


def downgrade() -> None:
    for name in (
        "digest",
        "embedding",
        "theme",
        "comment_sentiment",
        "clause",
        "quarantine",
        "feedback_version",
        "feedback",
        "source_state",
        "load_skipped",
        "load_page",
        "load",
    ):
        op.drop_table(name)


def _create_loads() -> None:
    op.create_table(
        "load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("resumed_from", sa.Integer(), nullable=True),
        sa.Column("cursor_before", sa.Text(), nullable=True),
        sa.Column("read", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("new", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("skipped", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("pages", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("carried", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("replayed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("state IN ('open', 'accepted', 'held', 'dropped')", name=op.f("ck_load_state")),
        sa.CheckConstraint("read = new + changed + unchanged + quarantined + skipped", name=op.f("ck_load_balance")),
        sa.ForeignKeyConstraint(["resumed_from"], ["load.id"], name=op.f("fk_load_resumed_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_load")),
    )
    op.create_index(op.f("ix_load_source"), "load", ["source"], unique=False)
    op.create_index(
        "uq_load_open",
        "load",
        ["source"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "load_page",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("fk_load_page_load_id")),
        sa.PrimaryKeyConstraint("load_id", "number", name=op.f("pk_load_page")),
    )
    op.create_table(
        "load_skipped",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("fk_load_skipped_load_id")),
        sa.PrimaryKeyConstraint("load_id", "reason", name=op.f("pk_load_skipped")),
    )
    op.create_table(
        "source_state",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_state")),
    )


def _create_records() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(), nullable=True),
        sa.Column("score_value", sa.Double(), nullable=True),
        sa.Column("score_low", sa.Double(), nullable=True),
        sa.Column("score_high", sa.Double(), nullable=True),
        sa.Column("score_metric", sa.Text(), nullable=True),
        sa.Column("score_higher_is_better", sa.Boolean(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("response_id", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("segments", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("responded_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("handled_seconds", sa.Double(), nullable=True),
        sa.Column("reopened", sa.Boolean(), nullable=True),
        sa.Column("redactions", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("fk_feedback_load_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_feedback_source_source_id")),
    )
    op.create_index(op.f("ix_feedback_load_id"), "feedback", ["load_id"], unique=False)
    op.create_table(
        "feedback_version",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(), nullable=True),
        sa.Column("score_value", sa.Double(), nullable=True),
        sa.Column("score_low", sa.Double(), nullable=True),
        sa.Column("score_high", sa.Double(), nullable=True),
        sa.Column("score_metric", sa.Text(), nullable=True),
        sa.Column("score_higher_is_better", sa.Boolean(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("response_id", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("segments", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("responded_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("handled_seconds", sa.Double(), nullable=True),
        sa.Column("reopened", sa.Boolean(), nullable=True),
        sa.Column("redactions", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["feedback.id"], name=op.f("fk_feedback_version_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("fk_feedback_version_load_id")),
        sa.PrimaryKeyConstraint("id", "number", name=op.f("pk_feedback_version")),
    )
    op.create_index(op.f("ix_feedback_version_load_id"), "feedback_version", ["load_id"], unique=False)


def _create_quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("seen_load_id", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'retried', 'dropped')", name=op.f("ck_quarantine_state")),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("fk_quarantine_load_id")),
        sa.ForeignKeyConstraint(["seen_load_id"], ["load.id"], name=op.f("fk_quarantine_seen_load_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("source", "content_hash", "number", name=op.f("uq_quarantine_source_content_hash_number")),
    )
    op.create_index(op.f("ix_quarantine_load_id"), "quarantine", ["load_id"], unique=False)
    op.create_index(op.f("ix_quarantine_seen_load_id"), "quarantine", ["seen_load_id"], unique=False)


def _create_results() -> None:
    op.create_table(
        "clause",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("feedback_id", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("contentless", sa.Boolean(), nullable=False),
        sa.Column("sentiment", sa.Double(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("theme_id", sa.Text(), nullable=True),
        sa.Column("similarity", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_clause")),
    )
    op.create_index(op.f("ix_clause_feedback_id"), "clause", ["feedback_id"], unique=False)
    op.create_table(
        "comment_sentiment",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("feedback_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("sentiment", sa.Double(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_comment_sentiment")),
    )
    op.create_index(op.f("ix_comment_sentiment_feedback_id"), "comment_sentiment", ["feedback_id"], unique=False)
    op.create_table(
        "theme",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("theme_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("clauses", sa.BigInteger(), nullable=False),
        sa.Column("cohesion", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_theme")),
        sa.UniqueConstraint("theme_id", name=op.f("uq_theme_theme_id")),
    )
    op.create_table(
        "embedding",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model", "key", name=op.f("pk_embedding")),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.Column("created_from", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("audience", "period", "revision", name=op.f("uq_digest_audience_period_revision")),
    )

"""What was paid to make up for something, beside the other facts of a contact.

Revision: 0006, after 0005. It only adds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RECORDS = ("feedback", "feedback_version")


def upgrade() -> None:
    for table in _RECORDS:
        op.add_column(table, sa.Column("compensation", sa.Double(), nullable=True))
        op.add_column(table, sa.Column("currency", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in _RECORDS:
        op.drop_column(table, "currency")
        op.drop_column(table, "compensation")

"""Messages have a topic: expands the table, the version before keeps working on it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a constant default: existing rows are not rewritten, and the version before, which does not know the column, may insert
    op.add_column("messages", sa.Column("topic", sa.String(40), nullable=False, server_default=sa.text("'general'")))


def downgrade() -> None:
    op.drop_column("messages", "topic")

"""A migration that fails: it would have every note short, and those that are kept are not. Here to show what becomes of such a deployment."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE notes ADD CONSTRAINT notes_short CHECK (length(text) <= 3)")


def downgrade() -> None:
    op.drop_constraint("notes_short", "notes")

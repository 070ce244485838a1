"""One message an author: fails, as authors there are have written several. Nothing of it stays, and the version before keeps serving."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint("messages_one_an_author", "messages", ["author"])


def downgrade() -> None:
    op.drop_constraint("messages_one_an_author", "messages")

"""Messages of a topic in order: the index is made beside the traffic, which takes a migration without a transaction."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # what an attempt that was cut off has left is not valid, and in the way
        op.drop_index("messages_of_a_topic", "messages", postgresql_concurrently=True, if_exists=True)
        op.create_index("messages_of_a_topic", "messages", ["topic", "id"], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("messages_of_a_topic", "messages")

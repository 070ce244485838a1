"""Check the number of attendees of existing bookings too: in a transaction of its own, writers need not wait for it."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE bookings VALIDATE CONSTRAINT bookings_attendees")


def downgrade() -> None:
    """Nothing to undo: the constraint goes with the column."""

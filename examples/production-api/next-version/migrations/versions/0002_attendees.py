"""How many people come: expands the table, the version before keeps working on it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a constant default: existing rows are not rewritten, and the version before, which does not know the column, may insert
    op.add_column("bookings", sa.Column("attendees", sa.Integer, nullable=False, server_default=sa.text("1")))
    # new rows are checked from now on, the existing ones by the next migration
    op.execute("ALTER TABLE bookings ADD CONSTRAINT bookings_attendees CHECK (attendees BETWEEN 1 AND 500) NOT VALID")


def downgrade() -> None:
    op.drop_column("bookings", "attendees")

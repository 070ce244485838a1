"""The table of bookings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # equality of text in a GiST index; a trusted extension, so the owner of the database may add it, on RDS as elsewhere
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "bookings",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("room", sa.String(80), nullable=False),
        sa.Column("booked_by", sa.String(200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("ends_at > starts_at", name="bookings_end_after_start"),
        ExcludeConstraint(("room", "="), (sa.text("tstzrange(starts_at, ends_at)"), "&&"), name="bookings_no_overlap", using="gist"),
    )
    op.create_index("bookings_in_order", "bookings", ["starts_at", "id"])


def downgrade() -> None:
    op.drop_table("bookings")

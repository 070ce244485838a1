"""Drinks, goals and connections of journals."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drinks",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("millilitres", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("drunk_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("millilitres BETWEEN 1 AND 5000", name="drinks_millilitres"),
    )
    op.create_index("drinks_of_day", "drinks", ["owner", "day", "drunk_at"])
    op.create_table(
        "goals",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("millilitres", sa.Integer, nullable=False),
        sa.CheckConstraint("millilitres BETWEEN 250 AND 10000", name="goals_millilitres"),
    )
    op.create_table(
        "active_days",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
    )
    op.create_table(
        "connections",
        sa.Column("connection_id", sa.String(128), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("connections_of_owner", "connections", ["owner"])
    op.create_index("connections_by_age", "connections", ["connected_at"])


def downgrade() -> None:
    for table in ("connections", "active_days", "goals", "drinks"):
        op.drop_table(table)

"""The tables, as the migrations compare the database with them."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Uuid, func

metadata = MetaData()

# sha256 of a journal's key in hexadecimal: who can read the database cannot open a journal with it
OWNER = String(64)


def _now(name: str) -> Column:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


drinks = Table(
    "drinks",
    metadata,
    # made by the client, so that it can repeat what was not answered
    Column("id", Uuid, primary_key=True),
    Column("owner", OWNER, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("millilitres", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("drunk_at", DateTime(timezone=True), nullable=False),
    _now("created_at"),
    CheckConstraint("millilitres BETWEEN 1 AND 5000", name="drinks_millilitres"),
    Index("drinks_of_day", "owner", "day", "drunk_at"),
)

goals = Table(
    "goals",
    metadata,
    Column("owner", OWNER, primary_key=True),
    Column("millilitres", Integer, nullable=False),
    CheckConstraint("millilitres BETWEEN 250 AND 10000", name="goals_millilitres"),
)

# days (UTC) on which a journal recorded something: counted once, even if the drink is deleted again
active_days = Table(
    "active_days",
    metadata,
    Column("owner", OWNER, primary_key=True),
    Column("day", Date, primary_key=True),
)

connections = Table(
    "connections",
    metadata,
    Column("connection_id", String(128), primary_key=True),
    Column("owner", OWNER, nullable=False),
    _now("connected_at"),
    Index("connections_of_owner", "owner"),
    Index("connections_by_age", "connected_at"),
)

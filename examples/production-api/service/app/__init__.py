"""Room bookings: a small production service on FastAPI and PostgreSQL."""

__version__ = "1.0.0"

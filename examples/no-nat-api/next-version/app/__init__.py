"""Notes: a small service on FastAPI and PostgreSQL."""

__version__ = "2.0.0"

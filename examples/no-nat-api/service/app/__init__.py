"""Notes: a small service on FastAPI and PostgreSQL."""

__version__ = "1.0.0"

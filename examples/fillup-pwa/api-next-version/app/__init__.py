"""FillUp: what was drunk in a day, against a goal. A Lambda function on FastAPI and PostgreSQL."""

__version__ = "2"

"""A board of messages."""

__version__ = "1"

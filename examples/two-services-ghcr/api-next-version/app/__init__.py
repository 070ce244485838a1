"""A board of messages."""

__version__ = "2"

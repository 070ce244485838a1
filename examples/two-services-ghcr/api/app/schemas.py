"""What clients send and receive."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

# control characters are refused; among them is NUL, which PostgreSQL cannot store
LINE = r"^[^\x00-\x1f\x7f]*$"
Author = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=LINE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=LINE)]


class MessageInput(BaseModel):
    """A message as a client writes it; unknown fields are refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid")

    author: Author
    text: Text


class MessageOutput(BaseModel):
    """A message as the service shows it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    author: str
    text: str
    created_at: datetime

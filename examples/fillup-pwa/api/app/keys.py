"""The key of a journal is all that says whose a request is: 32 random bytes, made by the client."""

import hashlib
import re

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def owner_of_key(key: object) -> str | None:
    """What the database knows a journal by; nothing if that is no key."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return None
    return hashlib.sha256(key.encode()).hexdigest()

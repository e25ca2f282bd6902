"""What a mail address and a password must look like."""

import re

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
_ADDRESS = re.compile(r"[^@\s,;<>\"()]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", re.IGNORECASE)


def is_mail_address(text: str) -> bool:
    """Whether this could be one mail address; only a letter shows whether it is."""
    return len(text) <= 254 and ".." not in text and _ADDRESS.fullmatch(text) is not None

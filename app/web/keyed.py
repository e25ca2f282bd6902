"""Short secrets are stored under this installation's own key: who has the database alone cannot try them all."""

import hmac

from flask import current_app


def keyed(text: str) -> bytes:
    """What is stored of a short secret."""
    return hmac.new(current_app.secret_key.encode(), text.encode(), "sha256").digest()  # type: ignore[union-attr]

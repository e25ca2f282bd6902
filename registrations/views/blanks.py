"""The empty form as everybody gets it, drawn once for each state of the event, language and address.

Only the signed key differs between two people who open the same form, so it is put in afterwards. Nothing about a
reader is on the page but the display choice, which is part of the mark.
"""

import secrets
from collections.abc import Callable, Hashable
from threading import Lock

from flask import current_app, request, session

from app.web.languages import display
from registrations.queries import Offer

MOST_KEPT = 100
STAND_IN = secrets.token_hex(16)
"""Stands where the key will be; new with each start, so that nobody can write it into an address."""
_lock = Lock()


def blank(offer: Offer, key: str, draw: Callable[[str], str], *more: Hashable) -> str:
    """The empty form with this key; `draw` makes the page around a key if it is not kept yet. `more`: what else of the
    event it shows."""
    if "_flashes" in session:
        return draw(key)
    pages: dict[Hashable, str] = current_app.extensions.setdefault("uketsuke_blank_forms", {})
    mark = (_mark(offer), more, display(), request.full_path)
    page = pages.get(mark)
    if page is None:
        page = draw(STAND_IN)
        with _lock:
            if len(pages) >= MOST_KEPT:
                pages.clear()
            pages[mark] = page
    return page.replace(STAND_IN, key)


def _mark(offer: Offer) -> Hashable:
    """Everything of this moment that the page shows; equal marks make equal pages."""
    words = tuple((one.code, *offer.word(one), offer.takes(one)) for one in offer.sessions)
    photo_id = offer.photo.id if offer.photo else None
    return (offer.release_id, offer.live, offer.notice_id, photo_id, words, offer.asked)

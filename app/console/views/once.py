"""The same at the same moment, as by a double click or by two people: who comes second finds what the first wrote."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from app.db import db

Result = TypeVar("Result")


def once(work: Callable[[], Result]) -> Result:
    """What `work`, a transaction of its own, comes to. Where the database refuses it, because another one that adds the
    same came to its end meanwhile, it is done again and finds that: it looks for it before it writes."""
    driver = db.engine.dialect.dbapi
    try:
        return work()
    except (IntegrityError, driver.IntegrityError):  # type: ignore[union-attr]
        return work()

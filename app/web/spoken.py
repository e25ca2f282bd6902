"""Sentences of the catalogues, each looked up once in a language."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask_babel import Domain

KEPT = 16384


class Spoken(Domain):  # type: ignore[misc]
    """Babel's own way to the catalogues, asked once for each sentence: tables of figures need the same few hundreds of
    times. language: what is spoken now."""

    def __init__(self, language: Callable[[], str]) -> None:
        super().__init__()
        self.language = language
        self.looked_up = lru_cache(maxsize=KEPT)(self._look_up)

    def gettext(self, string: str, **variables: Any) -> str:
        said = self.looked_up(self.language(), string)
        return said % variables if variables else said

    def _look_up(self, _language: str, string: str) -> str:
        said: str = self.get_translations().ugettext(string)
        return said

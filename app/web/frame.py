"""The part of every page's frame that only the reader's display decides: drawn once for each, not with every page."""

import secrets
from functools import cache
from urllib.parse import quote

from flask import Flask
from markupsafe import Markup

from app.web.languages import Display, display

STAND_IN = secrets.token_hex(16)
"""Stands where the address to come back to will be; new with each start, so that nobody can write it into a page."""


def init_frame(app: Flask) -> None:
    """Give templates `display_tools(path)`: the choice of language, and of text size and colours."""

    @cache
    def drawn(_display: Display) -> str:
        parts = app.jinja_env.get_template("components/frame.html").module
        return str(parts.language_links(STAND_IN)) + str(parts.display_settings(STAND_IN))  # type: ignore[attr-defined]

    def display_tools(path: str) -> Markup:
        return Markup(drawn(display()).replace(STAND_IN, quote(path, safe="/:?@,;")))  # noqa: S704

    app.jinja_env.globals["display_tools"] = display_tools

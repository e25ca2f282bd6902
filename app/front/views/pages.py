"""Sending a public page: cached by its reader until something on it changes, without a cookie."""

import hashlib
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import current_app, make_response, render_template, request, session
from werkzeug.wrappers import Response

from app.web.languages import display


def page(template: str, *, mark: Hashable, shape: Callable[[], Mapping[str, Any]]) -> Response:
    """The page, or 304 if the reader holds it already.

    `mark` is equal as long as everything on the page is equal; `shape` makes what the template needs, only if needed.
    """
    tag = _tag(template, mark)
    if "_flashes" in session:
        if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            return _come_again()
        response = make_response(render_template(template, **shape()))
        response.headers["Cache-Control"] = "no-store"
        return response
    return _held_or(tag, lambda: make_response(render_template(template, **shape())))


def file(name: str, media_type: str, *, mark: Hashable, write: Callable[[], bytes]) -> Response:
    """A file to take along, or 304 if its reader holds it already; any other site may read it too."""

    def whole() -> Response:
        response = Response(write(), content_type=media_type)
        response.headers.set("Content-Disposition", "inline", filename=name)
        return response

    response = _held_or(_tag(name, mark), whole)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def version_of(mark: Hashable) -> str:
    """Equal as long as `mark`, templates, words and styles are, and the reader wants pages in the same way."""
    return _digest((mark, display(), _build(str(current_app.template_folder))))


def _come_again() -> Response:
    """What a person is to read is not spent on a script that nobody reads with."""
    response = Response("", 204)
    response.headers["Cache-Control"] = "no-store"
    return response


def _held_or(tag: str, make: Callable[[], Response]) -> Response:
    response = Response("", 304) if tag in request.if_none_match else make()
    response.set_etag(tag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    return response


def _tag(template: str, mark: Hashable) -> str:
    parts = (template, request.full_path, display(), mark, _build(str(current_app.template_folder)))
    return _digest(parts)


def _digest(parts: Hashable) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


@cache
def _build(templates: str) -> tuple[float, str]:
    """Which state of templates, words and styles this process shows."""
    files = [*Path(templates).rglob("*.html"), *Path(__file__).parents[3].glob("*/translations/**/*.mo")]
    files += Path(__file__).parents[2].glob("*/translations/**/*.mo")
    newest = max((file.stat().st_mtime for file in files), default=0.0)
    asset: Callable[[str], str] = cast("Callable[[str], str]", current_app.jinja_env.globals["asset"])
    return newest, asset("site.css")

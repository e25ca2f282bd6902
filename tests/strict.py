"""A test client that reads every page it opens as a strict reader would."""

import re
from typing import Any

import html5lib
from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HEADERS = (
    "Content-Security-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "Cache-Control",
)
UNLABELLED_TYPES = ("hidden", "submit", "button", "image", "reset")


class StrictClient(FlaskClient):
    """Flask's test client; an invalid, unlabelled or unprotected page fails the test that opened it."""

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        _forget_the_last_request()
        response = super().open(*arguments, **named)
        if response.mimetype == "text/html" and response.data and not response.is_streamed:
            faults = faults_of(response.get_data(as_text=True))
            faults += [f"header {name} is missing" for name in HEADERS if name not in response.headers]
            assert not faults, f"{response.request.path}: {faults}"
        return response


def _forget_the_last_request() -> None:
    """A test keeps one application context open; what a request left in it must not reach the next one."""
    if has_app_context():
        for name in list(g):
            g.pop(name)


def faults_of(page: str) -> list[str]:
    """What is wrong with a page: parse errors, no title, wrong language, unlabelled fields, inline code or styles."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)
    faults = [f"line {line}: {code} {facts}" for (line, _), code, facts in parser.errors]
    if tree.get("lang") not in ("ja", "en"):
        faults.append("html has no lang of ja or en")
    title = tree.find("head/title")
    if title is None or not (title.text or "").strip():
        faults.append("no title")
    if len(tree.findall(".//h1")) != 1:
        faults.append(f"{len(tree.findall('.//h1'))} h1")
    return faults + _field_faults(tree) + _inline_faults(tree) + _reference_faults(tree)


def _field_faults(tree: Any) -> list[str]:
    labelled = {label.get("for") for label in tree.iter("label")}
    inside = {id(field) for label in tree.iter("label") for field in label.iter()}
    faults = []
    for kind in ("input", "select", "textarea"):
        for field in tree.iter(kind):
            named = field.get("aria-label") or field.get("aria-labelledby") or id(field) in inside
            if field.get("type") not in UNLABELLED_TYPES and not named and field.get("id") not in labelled:
                faults.append(f"{kind} {field.get('name')} has no label")
    faults += ["img without alt" for image in tree.iter("img") if image.get("alt") is None]
    return faults


def _inline_faults(tree: Any) -> list[str]:
    faults = []
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.get("style") is not None or element.tag == "style":
            faults.append(f"inline style on {element.tag}")
        if element.tag == "script" and not element.get("src") and element.get("type") != "application/ld+json":
            faults.append("inline script")
        faults += [f"inline {name}" for name in element.attrib if re.fullmatch(r"on[a-z]+", str(name))]
    return faults


def _reference_faults(tree: Any) -> list[str]:
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    faults = [f"id {one} twice" for one in {one for one in ids if ids.count(one) > 1}]
    for element in tree.iter():
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            faults += [f"{name} names {one}" for one in (element.get(name) or "").split() if one not in ids]
    return faults

"""A test client that reads every page it opens as a strict reader would."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import html5lib
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HEADERS = (
    "Content-Security-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "Cache-Control",
)
SAID = ("alt", "aria-label", "aria-description", "title", "placeholder", "content")
UNLABELLED_TYPES = ("hidden", "submit", "button", "image", "reset")


class StrictClient(FlaskClient):
    """Flask's test client; an invalid, unlabelled or unprotected page fails the test that opened it."""

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        _forget_the_last_request()
        response = super().open(*arguments, **named)
        drawn_only = "sandbox" in response.headers.get("Content-Security-Policy", "")  # made for mail programs
        if response.mimetype == "text/html" and response.data and not response.is_streamed and not drawn_only:
            tree, faults = read(response.get_data(as_text=True))
            faults += [f"header {name} is missing" for name in HEADERS if name not in response.headers]
            faults += _dead_links(tree, self.application)
            assert not faults, f"{response.request.path}: {faults}"
        return response


def _forget_the_last_request() -> None:
    """A test keeps one application context open; what a request left in it must not reach the next one."""
    if has_app_context():
        for name in list(g):
            g.pop(name)


def faults_of(page: str) -> list[str]:
    """What is wrong with a page that stands for itself, without an application around it."""
    return read(page)[1]


def read(page: str) -> tuple[Any, list[str]]:
    """The page's tree, and what is wrong with it: parse errors, no title, wrong language, nameless fields and links,
    headings out of order, inline code or styles, what comes from elsewhere."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)
    faults = [f"line {line}: {code} {facts}" for (line, _), code, facts in parser.errors]
    if tree.get("lang") not in ("ja", "en"):
        faults.append("html has no lang of ja or en")
    title = tree.find("head/title")
    if title is None or not (title.text or "").strip():
        faults.append("no title")
    faults += _markup_faults(tree)
    for find in (_heading_faults, _field_faults, _name_faults, _inline_faults, _reference_faults, _foreign_faults):
        faults += find(tree)
    return tree, faults


def _heading_faults(tree: Any) -> list[str]:
    """One h1, and no level left out on the way down."""
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1"]
    return faults + [f"h{after} after h{before}" for before, after in pairwise(levels) if after > before + 1]


def _markup_faults(tree: Any) -> list[str]:
    """Tags or readings in brackets where a browser shows or reads out text alone: the page's title and attributes."""
    said = [("title", tree.findtext("head/title") or "")]
    said += [(f"{one.tag} {name}", value) for one in tree.iter() for name, value in one.attrib.items() if name in SAID]
    return [f"{where} says {text!r}" for where, text in said if re.search("</?r(uby|t|p)>|《", text)]


def _name_faults(tree: Any) -> list[str]:
    """Links, buttons and headings that say nothing."""
    faults = []
    for element in tree.iter():
        if element.tag in ("a", "button", "summary", "label", "legend", "th", "h1", "h2", "h3"):
            drawn = any(inner.get("aria-label") or inner.get("alt") for inner in element.iter())
            if not ("".join(element.itertext()).strip() or drawn):
                faults.append(f"{element.tag} {dict(element.attrib)} says nothing")
        if element.tag == "th" and element.get("scope") not in ("row", "col", "rowgroup", "colgroup"):
            faults.append("th without scope")
    return faults


def _foreign_faults(tree: Any) -> list[str]:
    """Everything that a page loads is ours."""
    loads = (
        ("script", "src"),
        ("img", "src"),
        ("link", "href"),
        ("source", "src"),
        ("iframe", "src"),
        ("form", "action"),
    )
    found = [str(element.get(name)) for tag, name in loads for element in tree.iter(tag) if element.get(name)]
    return [f"loads {address}" for address in found if not re.match(r"(?!//)[/?#]|data:|blob:", address)]


def _dead_links(tree: Any, app: Flask) -> list[str]:
    """Local addresses that lead nowhere."""
    routes = app.url_map.bind("localhost")
    faults = []
    for tag, name in (("a", "href"), ("img", "src"), ("link", "href"), ("script", "src"), ("form", "action")):
        for element in tree.iter(tag):
            address = urlsplit(str(element.get(name) or ""))
            path = "" if address.netloc else address.path
            verb = (element.get("method") or "get").upper()
            if path.startswith("/") and not routes.test(unquote(path), verb):
                faults.append(f"{tag} leads nowhere: {path}")
            if (
                path.startswith("/static/")
                and not (Path(str(app.static_folder)) / path.removeprefix("/static/")).is_file()
            ):
                faults.append(f"no such file: {path}")
    return faults


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

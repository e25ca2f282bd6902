"""Whoever reads in one of the three languages follows every link of the public pages and of their own page."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urldefrag

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.web.languages import COOKIE
from tests.make import NOON, Make, both

AT = NOON - timedelta(days=20)
KINDS = ["person", "family", "class", "delegation"]


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def own(make: Make) -> str:
    """The path of a family's own page; its event has every kind of form."""
    event = make.event(party_kinds=KINDS, class_categories={"pupils": "student", "teachers": "spectator"})
    talk = make.session(event, "talk", capacity=40, title=both("講演", "Talk"))
    make.release(event)
    made = make.registration(event, talk, at=AT, numbers={"spectator": 2})
    return f"/r/{made.link}"


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_every_page_that_links_lead_to_is_sound_in_this_language(own: str, client: FlaskClient, language: str) -> None:
    """The client fails on a page that is not; titles of easy Japanese once showed the tags of their readings."""
    client.set_cookie(COOKIE, f"{language}.standard.standard")
    waiting, seen = [own, "/"], set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in (200, 302, 303), address
        if answer.mimetype == "text/html":
            found = re.findall(r'<a [^>]*?href="(/[^"]*)"', answer.text)
            waiting += [urldefrag(one.replace("&amp;", "&")).url for one in found if not one.startswith("/display")]
    forms = {f"{own}/change", f"{own}/erasure", "/events/fair/register/class", "/events/fair/register/delegation"}
    assert forms <= seen

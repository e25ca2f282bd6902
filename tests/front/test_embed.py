"""The programme in other sites' frames: light, without cookie, form or script, in any language, and it alone."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import frozen
from app.config import Settings, WrongSetting, read_settings
from app.factory import create_app
from app.programme.models import Event
from tests.house.test_get_never_writes import addresses, event, values
from tests.make import NOON, Make, both
from tests.statements import noted
from tests.strict import StrictClient, read

__all__ = ["event"]
PATH = "/events/fair/embed"


@pytest.fixture
def fair(make: Make) -> Event:
    fair = make.event("fair")
    make.session(fair, "talk", title=both("講演", "Talk"), capacity=10)
    return make.release(fair)


def test_every_link_leads_to_the_full_page_in_its_own_window_and_nothing_asks(client: FlaskClient, fair: Event) -> None:
    with frozen(NOON - timedelta(days=1)):
        response = client.get(f"{PATH}?lang=en")
    tree, faults = read(response.get_data(as_text=True))
    assert faults == []
    outside = [one for one in tree.iter("a") if not str(one.get("href")).startswith("?lang=")]
    assert {(one.get("target"), one.get("rel")) for one in outside} == {("_blank", "noopener")}
    assert [one.get("href") for one in outside] == [
        "/events/fair/timetable?lang=en",
        "/events/fair/sessions/talk?lang=en",
    ]
    assert [tag for tag in ("form", "input", "button", "script", "iframe") if list(tree.iter(tag))] == []
    assert "Set-Cookie" not in response.headers
    assert "Places left" in response.get_data(as_text=True)


@pytest.mark.parametrize(("language", "word"), [("ja", "講演"), ("en", "Talk")])
def test_it_speaks_the_language_of_its_address(client: FlaskClient, fair: Event, language: str, word: str) -> None:
    assert word in client.get(f"{PATH}?lang={language}").get_data(as_text=True)
    assert client.get("/events/none/embed").status_code == 404


def test_it_may_be_framed_and_no_other_address_may(app: Flask, make: Make, event: Event) -> None:
    known, browsers = values(event), (app.test_client(), make.signed_in(make.olga(event)))
    framed, opened = set(), 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()):
            continue
        for address in addresses(rule, known)[:3]:
            for browser in browsers:
                with browser.get(address) as response:
                    opened += 1
                    if others_may_frame(response):
                        framed.add((rule.rule, response.status_code))
    assert framed == {("/events/<slug>/embed", 200)}
    assert opened > 200


def others_may_frame(response: Any) -> bool:
    """As browsers decide: by the policy where it speaks of frames, else by the older header."""
    said = re.search("frame-ancestors ([^;]*)", response.headers["Content-Security-Policy"])
    if said:
        return said[1].strip() not in ("'none'", "'self'")
    return response.headers.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN")


@pytest.mark.parametrize(
    ("said", "sites"),
    [
        ("*", "*"),
        ("none", "'none'"),
        ("https://city.example.jp, https://*.example.org/", "https://city.example.jp https://*.example.org"),
    ],
)
def test_the_operator_says_who_may_frame_it(settings: Settings, fair: Event, said: str, sites: str) -> None:
    named = read_settings({"UKETSUKE_FRAMED_BY": said}).framed_by
    app = create_app(replace(settings, framed_by=named))
    app.test_client_class = StrictClient
    policy = app.test_client().get(PATH).headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors {sites}")


@pytest.mark.parametrize("said", ["city.example.jp", "https://a.example; script-src *", "'self'", "https://a b"])
def test_a_site_that_is_none_stops_the_start(said: str) -> None:
    with pytest.raises(WrongSetting, match="UKETSUKE_FRAMED_BY"):
        read_settings({"UKETSUKE_FRAMED_BY": said})


def test_its_queries_do_not_grow(client: FlaskClient, make: Make, fair: Event) -> None:
    with noted() as few:
        client.get(PATH)
    for number in range(5):
        make.session(fair, f"more-{number}")
    make.release(fair)
    with noted() as many:
        client.get(PATH)
    assert len(few) == len(many)

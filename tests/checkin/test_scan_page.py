"""The door's page before its script runs: who gets what, and what the script needs to begin."""

import json
from html import unescape
from pathlib import Path
from re import search

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.languages import LANGUAGES
from tests.make import Make, both


def attribute(page: str, name: str) -> str:
    found = search(rf'{name}="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_gets_the_sign_in_that_leads_back_to_the_door(client: FlaskClient, language: str) -> None:
    page = client.get(f"/scan/?lang={language}").get_data(as_text=True)
    assert attribute(page, "data-language") == language
    assert '<form method="post" action="/sign-in" class="sign-in">' in page
    assert '<input type="hidden" name="next" value="/scan/">' in page
    assert attribute(page, 'name="csrf_token" value')
    assert attribute(page, "data-actor") == ""
    assert json.loads(attribute(page, "data-events")) == []
    assert "csrf-token" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_dora_gets_her_name_her_events_and_no_sign_in(make: Make, language: str) -> None:
    event = make.event("fair", title=both('<b>"市民" & まつり</b>', "Fair"))
    make.event("closed-to-her")
    page = make.signed_in(make.dora(event)).get(f"/scan/?lang={language}").get_data(as_text=True)
    assert attribute(page, "data-actor") == "Dora"
    assert [one["slug"] for one in json.loads(attribute(page, "data-events"))] == ["fair"]
    assert "<b>" not in page
    assert attribute(page, 'name="csrf-token" content')
    assert 'id="sign-in"' not in page
    assert '<form id="sign-out" method="post" action="/sign-out" hidden>' in page


def test_who_keeps_no_door_is_told_so_and_may_sign_in_as_somebody_else(make: Make) -> None:
    make.event("fair")
    page = make.signed_in(make.account("Sam")).get("/scan/").get_data(as_text=True)
    assert '<p class="note" role="alert">' in page
    assert 'id="sign-in"' in page


def test_everything_the_page_loads_comes_from_this_server_and_is_there(client: FlaskClient) -> None:
    page = client.get("/scan/").get_data(as_text=True)
    loaded = [attribute(page, name) for name in ("data-worker-url", "data-wasm-url", 'rel="manifest" href')]
    loaded += [attribute(page, 'type="module" src'), attribute(page, 'rel="stylesheet" href')]
    for address in loaded:
        with client.get(address) as response:
            assert (address[0], response.status_code) == ("/", 200)


def test_the_reader_may_compile_its_wasm_and_no_other_script_may(client: FlaskClient) -> None:
    page = client.get("/scan/").get_data(as_text=True)
    allowed = {}
    for name in ("data-worker-url", 'type="module" src', 'rel="stylesheet" href'):
        with client.get(attribute(page, name)) as response:
            allowed[name] = "'wasm-unsafe-eval'" in response.headers["Content-Security-Policy"]
    assert allowed == {"data-worker-url": True, 'type="module" src': False, 'rel="stylesheet" href': False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_install_file_is_json_and_its_pictures_exist(client: FlaskClient, app: Flask, language: str) -> None:
    manifest = json.loads(client.get(f"/scan/manifest.webmanifest?lang={language}").data)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/scan/", "/scan/", "standalone")
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
    for icon in manifest["icons"]:
        assert (Path(app.root_path) / icon["src"].removeprefix("/")).is_file()


class TestWithoutANetwork:
    def test_the_page_that_a_device_keeps_knows_nobody_and_asks_nobody_to_sign_in(self, make: Make) -> None:
        dora = make.signed_in(make.dora(make.event("fair")))
        page = dora.get("/scan/offline").get_data(as_text=True)
        assert attribute(page, "data-offline") == "yes"
        assert attribute(page, "data-actor") == ""
        assert json.loads(attribute(page, "data-events")) == []
        assert "Dora" not in page
        assert "csrf" not in page
        assert 'id="sign-in"' not in page

    def test_everything_that_belongs_to_it_is_listed_and_there(self, client: FlaskClient) -> None:
        answer = client.get("/scan/service-worker.js")
        assert answer.content_type == "text/javascript; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
        shell = json.loads(answer.get_data(as_text=True).partition("self.SHELL = ")[2].partition(";\n")[0])
        page = client.get(shell["page"]).get_data(as_text=True)
        for name in ("data-worker-url", "data-wasm-url", 'rel="stylesheet" href', 'type="module" src'):
            assert attribute(page, name) in shell["files"]
        for address in (shell["page"], *shell["files"]):
            with client.get(address) as response:
                assert response.status_code == 200, address
        assert not any(address.startswith("/api/") for address in shell["files"])

    def test_the_list_is_the_same_for_everybody_and_in_every_language(self, make: Make, client: FlaskClient) -> None:
        dora = make.signed_in(make.dora(make.event("fair")))
        lists = {browser.get(f"/scan/service-worker.js?lang={language}").data for browser in (client, dora)
                 for language in LANGUAGES}  # fmt: skip
        assert len(lists) == 1

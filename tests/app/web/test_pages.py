"""What happens to every response: headers, error pages, the log, the remembered display."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.db import close_db
from app.factory import create_app
from app.web.pages import local_path
from tests.strict import StrictClient

KINDS = [
    "/sign-in",
    "/probe/error/missing",
    "/probe/error/full",
    "/probe/error/crash",
    "/api/probe/error/full",
    "/none",
    "/healthz",
    "/static/icons/mark.svg",
    "/display?lang=en",
    "/console/",
]


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_response_carries_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_only_the_scanner_may_compile_wasm_and_use_the_camera(client: FlaskClient) -> None:
    response = client.get("/scan/probe")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert "camera=(self)" in response.headers["Permissions-Policy"]
    assert "screen-wake-lock=(self)" in response.headers["Permissions-Policy"]
    assert "microphone=()" in response.headers["Permissions-Policy"]


def test_pages_are_not_stored_and_built_files_are_kept_for_a_year(client: FlaskClient, app: Flask) -> None:
    built = next((Path(str(app.static_folder)) / "dist").glob("site-*.css")).name
    with client.get(f"/static/dist/{built}") as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get("/static/icons/mark.svg") as response:
        assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_a_missing_built_file_is_not_remembered_for_a_year(client: FlaskClient) -> None:
    response = client.get("/static/dist/site-GONE.css")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("base_url", "cookie", "remembered"),
    [
        ("https://event.example.jp", True, True),
        ("https://localhost:8000", True, False),
        ("https://192.168.1.20:8000", True, False),
        ("https://desk.local:8000", True, False),
        ("http://event.example.jp", False, False),
    ],
)
def test_cookies_are_secure_exactly_with_https_and_public_names_stay_https(
    settings: Settings, base_url: str, cookie: bool, remembered: bool
) -> None:
    app = create_app(replace(settings, base_url=base_url))
    client = app.test_client()
    forms = client.get("/sign-in").headers["Set-Cookie"]
    display = client.get("/display?lang=en")
    close_db(app)
    assert ("; Secure" in forms, forms.startswith("__Host-")) == (cookie, cookie)
    assert "HttpOnly" in forms
    assert "SameSite=Lax" in forms
    assert ("; Secure" in display.headers["Set-Cookie"]) == cookie
    assert ("Strict-Transport-Security" in display.headers) == remembered


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [("missing", 404, "404"), ("full", 409, "満席です。"), ("bad", 422, "どこが違うか。"), ("crash", 500, "500")],
)
def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(
    client: FlaskClient, kind: str, status: int, said: str
) -> None:
    page = client.get(f"/probe/error/{kind}")
    assert page.status_code == status
    assert said in page.get_data(as_text=True)
    problem = client.get(f"/api/probe/error/{kind}")
    assert (problem.status_code, problem.mimetype) == (status, "application/problem+json")
    assert problem.json
    assert problem.json["status"] == status
    assert problem.json["code"] == {"missing": "not_found", "crash": "fault"}.get(kind, kind)


def test_a_crash_says_nothing_of_its_inside(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    page = client.get("/probe/error/crash").get_data(as_text=True)
    assert "ZeroDivision" not in page
    assert "a secret" not in page
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["GET /probe/error/<kind> failed"]


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
@pytest.mark.parametrize("path", ["/none", "/probe/error/full", "/probe/error/crash"])
def test_error_pages_speak_the_readers_language(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(f"{path}?lang={language}").get_data(as_text=True)
    assert f'data-language="{language}"' in page


def test_a_refused_method_names_those_that_go(client: FlaskClient) -> None:
    response = client.post("/healthz")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_the_log_names_the_route_and_only_slugs_that_look_like_ours(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "uketsuke.access")
    thing = "00000000-0000-4000-8000-00000000abcd"
    client.get(f"/probe/events/fair-2026/{thing}?q=ana@example.jp")
    client.get(f"/probe/events/Fair%0AGET%20forged/{thing}")
    client.get("/no/such/ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    shown = [record.getMessage().rsplit(" ", 1)[0] for record in caplog.records]
    assert shown == [
        "GET /probe/events/fair-2026/<uuid:thing> 200",
        "GET /probe/events/<slug>/<uuid:thing> 200",
        "GET (no route) 404",
    ]


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/events/fair/?a=b#c", "/events/fair/?a=b#c"),
        ("", "/"),
        (None, "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("https:/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("events", "/"),
        ("/\x00", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        (" //evil.example", "/"),
    ],
)
def test_a_way_back_stays_on_this_site(target: str | None, goes: str) -> None:
    assert local_path(target) == goes


def test_the_display_is_remembered_and_leads_back(client: FlaskClient) -> None:
    response = client.get("/display?lang=ja-easy&to=/sign-in%3Fnext%3D/console/")
    assert (response.status_code, response.location) == (303, "/sign-in?next=/console/")
    client.get("/display?colours=dark")
    client.get("/display?size=largest&colours=loud&lang=xx")
    page = client.get("/sign-in").get_data(as_text=True)
    assert '<html lang="ja" data-language="ja-easy" data-colours="dark" data-size="largest">' in page


def test_the_display_leads_nowhere_else(client: FlaskClient) -> None:
    assert client.get("/display?lang=en&to=//evil.example").location == "/"


def test_a_spoiled_cookie_is_as_good_as_none(client: FlaskClient) -> None:
    for value in ("", "xx.standard.dark", "ja.huge.dark", "ja", "en.standard.standard.more", '"><script>'):
        client.set_cookie("uketsuke_display", value, domain="localhost")
        assert 'data-language="ja"' in client.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(("accepts", "language"), [("en-GB,en;q=0.9", "en"), ("ja", "ja"), ("fr", "ja"), ("", "ja")])
def test_without_a_choice_the_browser_is_asked(client: FlaskClient, accepts: str, language: str) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": accepts}).get_data(as_text=True)
    assert f'data-language="{language}"' in page


def test_a_forged_host_changes_no_link(client: FlaskClient) -> None:
    honest = client.get("/sign-in").get_data(as_text=True)
    forged = client.get("/sign-in", headers={"Host": "evil.example"}).get_data(as_text=True)
    assert "evil.example" not in forged
    assert len(honest) == len(forged)
    response = client.get("/console/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert response.location == "/sign-in?next=/console/"


def test_a_body_that_is_too_large_is_a_page(app: Flask) -> None:
    client = StrictClient(app, app.response_class)
    response = client.post("/probe/public", data=b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1))
    assert response.status_code == 413
    assert "<h1>" in response.get_data(as_text=True)

"""Headers, error pages, the access log and the display choice: what happens to every response."""

import logging
import re
import time
from collections.abc import Callable, MutableMapping
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask.templating import Environment
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Response as AnyResponse

from app.clock import lasts_all_day
from app.errors import DomainError
from app.web.api import problem
from app.web.guards import public
from app.web.languages import COLOURS, COOKIE, LANGUAGES, SIZES, Display, display

YEAR = 365 * 24 * 3600
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
NO_DEVICES = "camera=({camera}), screen-wake-lock=({camera}), microphone=(), geolocation=(), payment=(), usb=()"
FRAMED = "embed.show"
"""The one address that other sites may show in a frame, as far as its operator lets them."""
ASKS_NOTHING = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors {sites}"
)
_SLUG = re.compile(r"[a-z0-9-]{1,80}")
access_log = logging.getLogger("uketsuke.access")
blueprint = Blueprint("pages", __name__)


def init_pages(app: Flask) -> None:
    """Install headers, error pages, the access log and the display choice."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["display"] = display
    app.jinja_env.globals["lasts_all_day"] = lasts_all_day
    app.before_request(_start_clock)
    app.after_request(_add_headers)
    app.after_request(_log_access)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, _crash)


@blueprint.get("/display")
@public
def choose_display() -> AnyResponse:
    """Remember language, text size or colours, and go back to where the reader was."""
    now = display()
    response = redirect(local_path(request.args.get("to")), 303)
    chosen = Display(
        _one_of(request.args.get("lang"), LANGUAGES, now.language),
        _one_of(request.args.get("size"), SIZES, now.size),
        _one_of(request.args.get("colours"), COLOURS, now.colours),
    )
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(COOKIE, chosen.cookie(), max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    response.headers["Cache-Control"] = "no-store"
    return response


def local_path(target: str | None) -> str:
    """A path on this site, never another one: what is not plainly local becomes the front page."""
    target = target or "/"
    parts = urlsplit(target)
    if (
        parts.scheme
        or parts.netloc
        or not target.startswith("/")
        or target[1:2] in ("/", "\\")
        or not target.isprintable()
    ):
        return "/"
    return target


def error_page(status: int, *, message: str = "", code: str = "") -> tuple[str, int]:
    """What happened and what to do next, as a page in the reader's language."""
    return render_template("errors/error.html", status=status, message=message, code=code), status


class OneSigner(SecureCookieSessionInterface):
    """Flask's sessions, but what signs them is made once and not with every request: the secret key stays."""

    def __init__(self) -> None:
        self.signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        self.signer = self.signer or super().get_signing_serializer(app)
        return self.signer


class Templates(Environment):
    """Jinja, but templates without names of their own look into the names of all directly: a chain of two maps,
    looked through for every part that a page imports, took a sixth of its time."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Address(Rule):
    """Werkzeug's rule of an address, but what puts addresses of this kind together is compiled when the first of them
    is asked for. Two functions for each route, at once: a tenth of the server's start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
        compiled = cache(partial(super()._compile_builder, append_unknown))

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build


class Application(Flask):
    """Flask, but a crash is logged by its route alone: an address may hold a code or a private link."""

    jinja_environment = Templates
    url_rule_class = Address

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.session_interface = OneSigner()

    def ensure_sync(self, func: Any) -> Any:
        """Every function of ours is a plain one; asking each of them with every request took longer than some run."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        rule = request.url_rule.rule if request.url_rule else "(no route)"
        logging.getLogger("uketsuke").error("%s %s failed", request.method, rule, exc_info=exc_info)


def _start_clock() -> None:
    g.started = time.perf_counter()


def _add_headers(response: Response) -> Response:
    path, endpoint = request.path, request.endpoint
    scanner = path.startswith("/scan/")
    reader = scanner or path.startswith("/static/dist/worker-")  # a worker obeys the header of its own file
    headers = response.headers
    given = {name.lower() for name, _value in headers}  # once: a look at each name costs more than all of them
    if endpoint == FRAMED and response.status_code in (200, 304) and current_app.config["FRAMED_BY"]:
        headers["Content-Security-Policy"] = ASKS_NOTHING.format(sites=current_app.config["FRAMED_BY"])
        given |= {"content-security-policy", "x-frame-options"}
    for name, value in _headers_of(scanner=scanner, reader=reader, strict=current_app.config["STRICT_TRANSPORT"]):
        if name.lower() not in given:
            headers.add(name, value)
    if endpoint == "static" and response.status_code < 400:
        headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if "/dist/" in path else "public, max-age=3600"
    elif "cache-control" not in given:
        headers.add("Cache-Control", "no-store")
    return response


@cache
def _headers_of(*, scanner: bool, reader: bool, strict: bool) -> tuple[tuple[str, str], ...]:
    """What a response carries unless it says otherwise itself."""
    always = (
        ("Content-Security-Policy", CONTENT_SECURITY.format(wasm=" 'wasm-unsafe-eval'" if reader else "")),
        ("Permissions-Policy", NO_DEVICES.format(camera="self" if scanner else "")),
        ("Referrer-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )
    return (*always, ("Strict-Transport-Security", f"max-age={YEAR}")) if strict else always


def headers_of_json(size: int, *, strict: bool) -> list[tuple[str, str]]:
    """What a JSON answer of this size carries that is made without Flask: the same as every other."""
    own = [("Content-Type", "application/json"), ("Content-Length", str(size))]
    return [*own, *_headers_of(scanner=False, reader=False, strict=strict), ("Cache-Control", "no-store")]


def _log_access(response: Response) -> Response:
    """Method, route with its public parts, status, milliseconds; never a code, link, query or address of a person."""
    rule = request.url_rule.rule if request.url_rule else "(no route)"
    slug = str((request.view_args or {}).get("slug", ""))
    shown = rule.replace("<slug>", slug) if _SLUG.fullmatch(slug) else rule
    if request.endpoint != "static":
        log_access(request.method, shown, response.status_code, started=g.get("started", time.perf_counter()))
    return response


def log_access(method: str, shown: str, status: int, *, started: float) -> None:
    """One line of the access log. shown: the route, with no more of the address than `_log_access` lets through."""
    access_log.info("%s %s %s %.1fms", method, shown, status, (time.perf_counter() - started) * 1000)


def _domain_error(error: DomainError) -> AnyResponse | tuple[str, int]:
    if _wants_json():
        return problem(error.status, code=error.code, detail=error.message)
    return error_page(error.status, message=error.message, code=error.code)


def _http_error(error: HTTPException) -> AnyResponse | HTTPException:
    if error.code is None or error.code < 400:
        return error
    code = error.name.lower().replace(" ", "_")
    answer = (
        problem(error.code, code=code, detail=error.description or "")
        if _wants_json()
        else make_response(error_page(error.code))
    )
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _crash(_error: Exception) -> AnyResponse | tuple[str, int]:
    return problem(500, code="fault", detail="") if _wants_json() else error_page(500)


def _wants_json() -> bool:
    return request.path.startswith("/api/") or request.is_json


def _one_of(value: str | None, choices: tuple[str, ...], otherwise: str) -> str:
    return value if value in choices else otherwise

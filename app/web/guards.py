"""Every route says who may use it; a route that does not stops the application from starting."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, unquote

from flask import Flask, current_app, g, redirect, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from app.errors import Invalid, NotFound
from app.web.actors import ANONYMOUS, Actor, DeviceActor, Right

View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")
csrf = CSRFProtect()


class UnguardedRoute(RuntimeError):
    """A route without a guard: the application does not start with one."""


class LoadActor(Protocol):
    """Finds the signed-in person of the current request; accounts provides it."""

    def __call__(self) -> Actor: ...


class LoadDevice(Protocol):
    """Finds the device that a bearer token belongs to; accounts provides it."""

    def __call__(self, token: str) -> DeviceActor | None: ...


@dataclass(frozen=True)
class Guard:
    """What one route asks of whoever comes: kind is public, staff, device, or staff_or_device."""

    kind: str
    right: Right | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.right.value}" if self.right else self.kind


def public(view: View) -> View:
    """Anybody may come. A form here carries its own secret; no cookie gives it power."""
    return _guarded(view, Guard("public"))


def requires(right: Right) -> Callable[[View], View]:
    """A signed-in person who holds `right` somewhere; the fetch of the event decides where."""
    return lambda view: _guarded(view, Guard("staff", right))


def device(view: View) -> View:
    """A paired scanner with its bearer token; no cookie, no CSRF."""
    return _guarded(view, Guard("device"))


def staff_or_device(right: Right) -> Callable[[View], View]:
    """A signed-in person with `right`, or a paired scanner; reads only."""
    return lambda view: _guarded(view, Guard("staff_or_device", right))


def signed_in(view: View) -> View:
    """Any signed-in person: their own home and sign-out."""
    return _guarded(view, Guard("staff"))


def init_guards(app: Flask, *, load_actor: LoadActor, load_device: LoadDevice) -> None:
    """Install the guards; called by the roof before any blueprint is registered."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(app)
    app.extensions["uketsuke_loaders"] = (load_actor, load_device)
    app.before_request(_refuse_cross_origin)
    app.before_request(_enforce)
    app.before_request(_refuse_unkept)


def refuse_unguarded(app: Flask) -> None:
    """Raise UnguardedRoute if any route lacks its guard."""
    bare = [rule.rule for rule in app.url_map.iter_rules() if guard_of(app, rule.endpoint) is None]
    if bare:
        raise UnguardedRoute("no guard on: " + ", ".join(sorted(bare)))


def guard_of(app: Flask, endpoint: str) -> Guard | None:
    """The guard of one endpoint; Flask's own file route is public."""
    if endpoint == "static":
        return Guard("public")
    return getattr(app.view_functions[endpoint], "guard", None)


def _guarded(view: View, guard: Guard) -> View:
    view.guard = guard  # type: ignore[attr-defined]
    return view


def _refuse_cross_origin() -> None:
    """A browser says where a form comes from; another site's form is refused before anything is read."""
    if request.method in SAFE or request.headers.get("Authorization"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    here = (current_app.config["BASE_URL"], f"{request.scheme}://{request.host}")
    if site in ("cross-site", "same-site") or (site is None and origin not in (None, *here)):
        raise Forbidden("cross-origin form")


def _enforce() -> Response | None:
    load_actor, load_device = current_app.extensions["uketsuke_loaders"]
    g.actor, g.device = ANONYMOUS, None
    endpoint = request.endpoint
    if endpoint is None:
        return None
    guard, sent = guard_of(current_app, endpoint), request.authorization
    token = sent.token if sent and sent.type == "bearer" else None
    if guard is not None and guard.kind in ("device", "staff_or_device") and (token or guard.kind == "device"):
        g.device = load_device(token) if token else None
        if g.device is None:
            raise Unauthorized("device")
        return None
    if endpoint != "static":
        g.actor = load_actor()
    return _enforce_staff(guard) if guard is not None and guard.kind != "public" else None


def _enforce_staff(guard: Guard) -> Response | None:
    if not g.actor.signed_in:
        if request.path.startswith("/api/") or request.method not in SAFE:
            raise Unauthorized("sign in")
        return redirect(f"/sign-in?next={quote(request.full_path.rstrip('?'))}")
    if guard.right is not None and not g.actor.may_somewhere(guard.right):
        raise Forbidden("right")
    if request.method not in SAFE:
        csrf.protect()
    return None


def _refuse_unkept() -> None:
    """No text of ours holds a NUL, and PostgreSQL takes none: not even to look for it. What is sent as JSON says so
    itself, for each field. A code in an address may be written in %-signs twice."""
    path = request.path
    if "\0" in path or ("%" in path and "\0" in unquote(path)):
        raise NotFound
    if request.is_json and not request.query_string:
        return
    typed = chain(request.args.items(multi=True), request.form.items(multi=True))
    if any("\0" in name or "\0" in text for name, text in typed):
        raise Invalid("unkept")

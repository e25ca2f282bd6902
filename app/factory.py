"""The roof: the one module that knows every department and puts them under one application."""

import logging
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from app.clock import now
from app.config import Settings, keep_secret, read_settings
from app.db import close_db, init_db
from app.web.assets import init_assets
from app.web.errands import sweep
from app.web.frame import init_frame
from app.web.guards import init_guards, refuse_unguarded
from app.web.languages import init_languages
from app.web.limits import Limits
from app.web.pages import Application, init_pages
from app.web.parts import init_parts

if TYPE_CHECKING:
    from app.outbox.worker import Chore

ROOT = Path(__file__).resolve().parent.parent
LARGEST_BODY = 1024 * 1024
log = logging.getLogger("uketsuke")


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application. Raises WrongSetting, MissingBuild or UnguardedRoute with a sentence for the operator."""
    settings = settings or read_settings()
    know_every_table()
    app = Application("app", root_path=str(ROOT / "app"), template_folder=str(ROOT / "templates"))
    _configure(app, settings)
    init_db(app, settings)
    init_languages(app, str(ROOT))
    init_assets(app)
    init_frame(app)
    _install_guards(app)
    init_pages(app)
    init_parts(app)
    _hand_in(app)
    _register_departments(app)
    refuse_unguarded(app)
    _open_lane(app)
    return app


def know_every_table() -> None:
    """Load every department's models, so that foreign keys between departments find each other."""
    for department in (
        "app.accounts",
        "app.outbox",
        "app.programme",
        "registrations",
        "checkin",
        "analytics",
    ):
        import_module(f"{department}.models")
    import_module("app.audit")


def chores() -> "tuple[Chore, ...]":
    """What falls due by the clock alone, in every department; the outbox's worker does it about once a minute."""
    from analytics.operations.forecasts import issue_forecasts
    from analytics.operations.keeping import keep_sums
    from checkin.operations.linking import link_tickets
    from checkin.operations.sealing import seal_in_passing
    from registrations.letters.chores import CHORES
    from registrations.operations.chores import end_offers, end_unconfirmed, give_back_of_erased, move_up

    return (
        end_offers,
        give_back_of_erased,
        move_up,
        end_unconfirmed,
        *CHORES,
        issue_forecasts,
        link_tickets,
        seal_in_passing,
        keep_sums,
    )


def close(app: Flask) -> None:
    """The last things that a server does: what would be missed at the next start is written down."""
    from analytics.operations.keeping import keep_sums

    try:
        with app.app_context():
            keep_sums(now(), ending=True)
    except Exception:
        log.exception("sums for the next start could not be written down; it makes them anew")
    close_db(app)


def _configure(app: Flask, settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    sweep(settings.data_dir / "errands")
    app.secret_key = settings.secret_key or keep_secret(settings.data_dir / "secret-key")
    app.extensions["uketsuke_settings"] = settings
    app.extensions["uketsuke_limits"] = Limits(on=settings.rate_limits)
    app.config.update(
        BASE_URL=settings.base_url,
        FRAMED_BY=settings.framed_by,
        TRUSTED_PROXIES=settings.trusted_proxies,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_PARTS=2000,
        STRICT_TRANSPORT=settings.secure and settings.public_name,
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-uketsuke_form" if settings.secure else "uketsuke_form",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    logging.getLogger("uketsuke").setLevel(settings.log_level.upper())


def _install_guards(app: Flask) -> None:
    from app.accounts.queries import device_of, signed_in_actor

    init_guards(app, load_actor=signed_in_actor, load_device=device_of)


def _open_lane(app: Flask) -> None:
    """Scans need not pass all that a page passes."""
    from checkin.api.lane import Lane

    app.wsgi_app = Lane(app)  # type: ignore[method-assign]


def _hand_in(app: Flask) -> None:
    """What registrations must know of the door, and figures of what is written down."""
    from analytics.operations.keeping import keep_crossings
    from analytics.queries.apart import init_apart
    from checkin.queries.counts import sessions_entered
    from checkin.queries.lines import lines_of
    from registrations.queries.arrived import init_arrived
    from registrations.queries.entered import init_entered

    init_arrived(app, sessions_entered=sessions_entered)
    init_entered(app, lines_of=lines_of)
    init_apart(app, keep=keep_crossings)


def _register_departments(app: Flask) -> None:
    """Each department's blueprints, listed once."""
    from analytics.api import blueprint as attendance_api
    from analytics.views import blueprint as attendance
    from analytics.views.doors import blueprint as door_figures
    from analytics.views.registering import blueprint as registering_figures
    from app.accounts.views import blueprint as accounts
    from app.console.views import blueprints as console
    from app.front.api import blueprint as public_api
    from app.front.views import blueprint as front
    from app.front.views.embed import blueprint as embed
    from app.front.views.figures import blueprint as figures
    from app.front.views.offline import blueprint as offline
    from app.health import blueprint as health
    from app.partners.views import blueprint as partners
    from app.trust import blueprint as trust
    from checkin.api import blueprint as scans
    from checkin.api.devices import blueprint as devices_api
    from checkin.api.packs import blueprint as packs
    from checkin.api.replacing import blueprint as replacing
    from checkin.api.searching import blueprint as searching
    from checkin.views import blueprint as checkin
    from registrations.views import blueprints as registrations

    for blueprint in (
        health,
        trust,
        accounts,
        *console,
        front,
        embed,
        figures,
        offline,
        public_api,
        partners,
        *registrations,
        checkin,
        scans,
        packs,
        replacing,
        searching,
        devices_api,
        attendance,
        registering_figures,
        door_figures,
        attendance_api,
    ):
        app.register_blueprint(blueprint)

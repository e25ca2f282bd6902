"""Who comes by a partner's link, what every page of it shows, and the page for whoever comes too late or goes astray.

Nothing typed is lost: a form that cannot be taken any more comes back as text to copy, with whom to ask.
"""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from app.clock import now
from app.programme.models import Event
from app.programme.queries import PUBLIC, is_released
from app.programme.queries.partners import Visit, visit_by
from app.web.forms import Form
from app.web.languages import local
from app.web.limits import Limits, network
from registrations.views.tickets import found, private

MOST_FORMS = ("60 per minute", "600 per hour")
"""From one network: an office with several partners, each with several sessions."""
DONE = ("sent", "same", "right", "withdrawn", "answered", "team", "dropped", "stopped", "stays")
"""What the first page can say was done; it stands in its address, so that no cookie is needed."""
HIDDEN = ("csrf_token", "version", "stood", "more")
LONGEST_KEPT = 60_000

blueprint = Blueprint("partners", __name__, url_prefix="/p/<secret>")


class Astray(Exception):
    """Nothing can be done here. why: ended (the link), late (the deadline), not_yours, quick (too many forms)."""

    def __init__(self, visit: Visit, why: str, status: int) -> None:
        self.visit = visit
        self.why = why
        self.status = status
        super().__init__(why)


@blueprint.errorhandler(Astray)
def show_astray(astray: Astray) -> Response:
    """What happened, whom to ask, and everything that was typed."""
    page = render_template(
        "partners/astray.html",
        **frame(astray.visit),
        why=astray.why,
        typed="\n\n".join(_typed()),
    )
    return private(page, astray.status)


def visit_at(secret: str) -> Visit:
    """Who comes by this link. Raises NotFound for one that never was, Astray for one that was ended."""
    visit: Visit = found(visit_by(secret))
    if visit.ended:
        raise Astray(visit, "ended", 410)
    return visit


def guard_forms(visit: Visit) -> None:
    """Count one form of this network. Raises Astray if it sends too many."""
    limits: Limits = current_app.extensions["uketsuke_limits"]
    where = network()
    if not all(limits.hit(rate, "partner", where) for rate in MOST_FORMS):
        raise Astray(visit, "quick", 429)


def frame(visit: Visit) -> dict[str, Any]:
    """What every page behind the link shows around its content."""
    event = visit.event
    seen = event.status in PUBLIC and is_released(event.id)
    return {
        "visit": visit,
        "event": event,
        "organisation": visit.organisation,
        "event_name": local(event.title),
        "event_url": f"/events/{event.slug}/" if seen else home_of(),
        "home_url": home_of(),
        "fictional": event.fictional,
        "ask": asked(event),
        "open": visit.open(now()),
        "closes_at": visit.partner.closes_at,
    }


def back(secret: str, done: str | None = None) -> Response:
    """To the first page, which says what was done."""
    return redirect(f"/p/{secret}?done={done}" if done else f"/p/{secret}", 303)


def done_before() -> str | None:
    """What was done, as the address says."""
    done = request.args.get("done")
    return done if done in DONE else None


def home_of() -> str:
    """The link's first page."""
    return f"/p/{(request.view_args or {}).get('secret', '')}"


def asked(event: Event) -> list[str]:
    """Whom to ask."""
    return [str(value) for name in ("email", "phone") if (value := (event.contact or {}).get(name))]


def _typed() -> Iterator[str]:
    """What came with the form, without what no page may hold."""
    left = LONGEST_KEPT
    sent = Form.Meta().wrap_formdata(Form(), request.form)
    for name in dict.fromkeys(sent) if request.method == "POST" else ():
        for text in sent.getlist(name):
            if name not in HIDDEN and text.strip() and left > 0:
                yield text[:left].replace("\r", "")
                left -= len(text)

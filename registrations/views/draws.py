"""The page of a draw: what is promised before, and everything to repeat it after."""

from flask import Blueprint, render_template

from app.clock import now
from app.errors import NotFound
from app.programme.rules import AdmissionRule
from app.web.guards import public
from app.web.languages import local
from registrations.operations.places import sessions_by_code
from registrations.queries import offer_at
from registrations.queries.waiting import lottery_of
from registrations.rules.lottery import commitment
from registrations.views import shapes
from registrations.views.registering import Page, frame

blueprint = Blueprint("draw", __name__)


@blueprint.get("/events/<slug>/sessions/<code>/draw")
@public
def show(slug: str, code: str) -> Page:
    """The hash of the seed until it is drawn, then the seed and every application in its order; nobody's name."""
    offer = offer_at(slug, at=now())
    session = offer.programme.session.get(code)
    known = sessions_by_code(offer.live.id, frozenset({code})).get(code)
    if session is None or known is None or session.admission is not AdmissionRule.LOTTERY:
        raise NotFound
    lottery = lottery_of(known.id)
    zone = offer.event.zone
    return render_template(
        "registrations/draw.html",
        **frame(offer),
        title=local(session.title),
        session_url=f"/events/{slug}/sessions/{code}",
        closes=shapes.moment(session.booking_closes_at, zone) if session.booking_closes_at else None,
        commitment=commitment(lottery.seed) if lottery else None,
        drawn=shapes.moment(lottery.drawn_at, zone) if lottery and lottery.drawn_at else None,
        seed=lottery.seed.hex() if lottery and lottery.drawn_at else None,
        places=lottery.places if lottery else None,
        lines=lottery.result if lottery else [],
    )

"""How many of those with a place will come, session by session, and how good earlier forecasts were."""

from flask import Blueprint, g, render_template

from analytics.queries.forecasts import SessionForecast, forecasts_of, score_of
from app.clock import now
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("forecasts", __name__, url_prefix="/console/events/<slug>/forecasts")


@blueprint.get("")
@requires(Right.VIEW_FIGURES)
def show(slug: str) -> str:
    """One table for the event; forecasts already given are shown as they were."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    found = forecasts_of(event, at=at)
    return render_template(
        "console/forecasts.html",
        event=event,
        coming=[one for one in found if one.now is not None],
        past=[one for one in found if one.now is None and one.given is not None],
        score=score_of(found),
        learnt=max((one.now.past for one in found if one.now is not None), default=0),
    )


def forecast_of(event: Event, code: str) -> SessionForecast | None:
    """The forecast of one session; None where nobody has a place and none was ever given."""
    return next((one for one in forecasts_of(event, at=now(), only=code) if one.code == code), None)

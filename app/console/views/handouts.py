"""What leaves the house: the programme on A3, posters, door cards, and the lines that put it into another site."""

from flask import Blueprint, Response, current_app, g, render_template, request
from markupsafe import Markup

from app.console.exports.handouts import PosterSize, Printing, door_cards, poster, programme_a3
from app.errors import NotFound
from app.programme.models import Event
from app.programme.queries import is_released, programme_of_event, published, staff_event
from app.programme.queries.moves import moved
from app.programme.rules.facts import Programme
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import LANGUAGES, NAMES, current_language, plain, speak

blueprint = Blueprint("handouts", __name__, url_prefix="/console/events/<slug>/handouts")
SNIPPET = Markup('<iframe src="{address}" title="{title}" width="100%" height="600" loading="lazy"></iframe>')


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def show(slug: str) -> str:
    """What can be printed, in which language, and what another site copies."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    released = is_released(event.id)
    address = f"{current_app.config['BASE_URL']}/events/{slug}/embed?lang={current_language()}"
    return render_template(
        "console/handouts.html",
        event=event,
        sessions=_programme(event).sessions,
        languages={code: NAMES[code] for code in LANGUAGES},
        released=released,
        address=address,
        snippet=str(SNIPPET.format(address=address, title=plain(event.title))),
    )


@blueprint.get("/programme.pdf")
@requires(Right.EDIT_EVENT)
def programme(slug: str) -> Response:
    """The programme on A3, a sheet a day."""
    printing = _printing(slug)
    return _paper(programme_a3(printing), f"{slug}-programme-a3")


@blueprint.get("/poster.pdf")
@requires(Right.EDIT_EVENT)
def event_poster(slug: str) -> Response:
    """A poster of the event."""
    printing = _printing(slug)
    return _paper(poster(printing, None, _size()), f"{slug}-poster")


@blueprint.get("/sessions/<code>/poster.pdf")
@requires(Right.EDIT_EVENT)
def session_poster(slug: str, code: str) -> Response:
    """A poster of one session."""
    printing = _printing(slug)
    session = printing.programme.session.get(code)
    if session is None:
        raise NotFound
    return _paper(poster(printing, session, _size()), f"{slug}-{code}-poster")


@blueprint.get("/door-cards.pdf")
@requires(Right.EDIT_EVENT)
def cards(slug: str) -> Response:
    """A card for each door and day."""
    printing = _printing(slug)
    return _paper(door_cards(printing), f"{slug}-door-cards")


def _printing(slug: str) -> Printing:
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    speak(request.args.get("in") or current_language())
    base_url = current_app.config["BASE_URL"]
    if not is_released(event.id):
        return Printing(programme_of_event(event), None, base_url)
    release = published(event.id)
    return Printing(release.programme, release.released_at, base_url, moved(event.id, release.programme))


def _programme(event: Event) -> Programme:
    return published(event.id).programme if is_released(event.id) else programme_of_event(event)


def _size() -> PosterSize:
    return "a4" if request.args.get("size") == "a4" else "a3"


def _paper(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response

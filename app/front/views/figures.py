"""The attendance that an event reports: a public page and open data, from the newest edition and nothing else. One that
was withdrawn leaves a page that says so, and no figures."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, current_app, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from analytics.exports.open_data import as_issued, attendance_csv, attendance_json, attendance_metadata
from analytics.exports.public import COUNTED
from analytics.exports.words import on_day_from
from analytics.queries.editions import Issued, Withdrawn, newest_edition, withdrawn_edition
from analytics.report import FORMATS, glossary, public_report_on
from analytics.rules import Attendance
from analytics.rules.editions import UNSPLIT, Shown, Sitting, Standing, WhyWithdrawn
from analytics.rules.figures import share
from analytics.views import PICTURE_SECURITY, report_file, report_name
from app.clock import now
from app.db import db
from app.errors import NotFound
from app.front.queries import OpenEvent, open_event
from app.front.views.pages import file, page
from app.programme.models import Event
from app.web.guards import public
from app.web.languages import day, local, plain
from checkin.rules import Method

blueprint = Blueprint("figures", __name__, url_prefix="/events/<slug>")
MEASURES = {
    Attendance.PEOPLE: _l("Different people: each person once, however many days and sessions"),
    Attendance.PEOPLE_BY_DAY: _l("People per day, summed: who came on two days counts twice"),
    Attendance.VISITS: _l("Visits: each person once per session, so who came to three counts three times"),
}
HEADS = {
    Attendance.PEOPLE: _l("Number of people"),
    Attendance.PEOPLE_BY_DAY: _l("People per day, summed"),
    Attendance.VISITS: _l("Visits"),
}
METHODS = {
    Method.SCANNED: _l("Tickets were scanned"),
    Method.GROUP_CONFIRMED: _l("Groups said how many came"),
    Method.TAPPED: _l("The door counted people"),
    Method.ROOM_COUNT: _l("People in the room were counted"),
    Method.TYPED: _l("Written down at the desk"),
    Method.PAPER: _l("People were counted on paper"),
    Method.ESTIMATED: _l("Estimated"),
    Method.IMPORTED: _l("Taken from a publication"),
}
WHY_WITHDRAWN = {
    WhyWithdrawn.NUMBERS: _l("Its numbers were found to be wrong."),
    WhyWithdrawn.MEASURE: _l("It was found to count something else than it said."),
    WhyWithdrawn.WORDS: _l("Something beside its numbers was found to be wrong."),
    WhyWithdrawn.DISCLOSED: _l("It said something that should not have been public."),
}
Value = int | str | None
"""A number, `suppressed`, `not_yet`, or None where nobody knows."""


@blueprint.get("/figures")
@public
def show(slug: str) -> Response:
    """How many came, how it was counted, and the files; or that the figures were withdrawn, and why."""
    event = open_event(slug, at=now())
    taken_back = withdrawn_edition(event.event_id)
    if taken_back is not None:
        mark = (event.mark, "withdrawn", taken_back.number)
        return page("front/withdrawn.html", mark=mark, shape=lambda: _frame(event) | reported(None, taken_back))
    edition = _edition_of(event)
    return page("front/figures.html", mark=(event.mark, edition.id), shape=lambda: _shape(event, edition))


@blueprint.get("/data/attendance.csv")
@public
def take_csv(slug: str) -> Response:
    """Attendance by session, category and day as comma-separated values."""
    return _file(slug, "csv", "text/csv; charset=utf-8", attendance_csv)


@blueprint.get("/data/attendance.json")
@public
def take_json(slug: str) -> Response:
    """The same with its dictionary, licence and method."""
    return _file(slug, "json", "application/json", attendance_json)


@blueprint.get("/data/attendance.csv-metadata.json")
@public
def take_metadata(slug: str) -> Response:
    """What the columns of the CSV mean."""
    url = f"{current_app.config['BASE_URL']}{url_for('.take_csv', slug=slug)}"
    return _file(slug, "csv-metadata.json", "application/csvm+json", partial(attendance_metadata, url=url))


@blueprint.get("/data/report.<form>")
@public
def take_report(slug: str, form: str) -> Response:
    """The public edition of the report, in the language of the answer."""
    kind = FORMATS.get(form)
    if kind is None:
        raise NotFound
    event, edition = _newest(slug)
    written = public_report_on(db.session.get_one(Event, event.event_id), at=edition.issued_at, edition=edition.number)
    response = file(
        report_name(slug, kind, public=True),
        kind.media,
        mark=written.content,
        write=lambda: report_file(event.event_id, kind, written, public=True),
    )
    response.headers["Content-Security-Policy"] = PICTURE_SECURITY
    if response.status_code == 200:
        response.headers.set("Content-Disposition", "attachment", filename=report_name(slug, kind, public=True))
    return response


def _file(slug: str, ending: str, media_type: str, write: Callable[..., bytes]) -> Response:
    event, edition = _newest(slug)
    mark, facts = (event.release.release_id, edition.id), as_issued(event.facts, edition)
    return file(f"{slug}-attendance.{ending}", media_type, mark=mark, write=lambda: write(facts, edition))


def published(edition: Issued) -> dict[str, Any]:
    """The one figure as a table of words and numbers. shares: only where no number is hidden."""
    shown = edition.public
    total = shown.attendance_total.number
    numbers = [one.number for one in shown.attendance]
    known = [share(number, total) for number in numbers if number is not None and total]
    return {
        "number": edition.number,
        "issued_at": edition.issued_at,
        "head": HEADS[shown.measure],
        "asks": COUNTED[shown.measure].value,
        "rows": [
            (local(category.label), [_value(one)])
            for category, one in zip(shown.categories, shown.attendance, strict=True)
        ],
        "total": [_value(shown.attendance_total)],
        "shares": known if len(known) == len(numbers) else None,
        "measure": MEASURES[shown.measure],
        "methods": [METHODS[one] for one in shown.methods],
        "provenance": [one.value for one in shown.provenance],
        "sources": shown.sources,
        "hides": bool(shown.hidden_attendance),
    }


def reported(edition: Issued | None, withdrawn: Withdrawn | None) -> dict[str, Any]:
    """What the page of an event says of its attendance: the one figure, or that it was withdrawn, or nothing."""
    return {
        "attendance": published(edition) if edition else None,
        "withdrawn": _said_of(withdrawn) if withdrawn else None,
    }


def defined() -> dict[str, Any]:
    """Every measure of public figures, in the words of the report, and each way of counting."""
    said = glossary.methods()
    return {
        "measures": [glossary.people(), glossary.people_by_day(), glossary.visits()],
        "missing": glossary.unknown(),
        "methods": [(name, said[method]) for method, name in METHODS.items()],
    }


def _said_of(withdrawn: Withdrawn) -> dict[str, Any]:
    """That the newest edition was withdrawn, in words."""
    return {"number": withdrawn.number, "at": withdrawn.at, "why": WHY_WITHDRAWN[withdrawn.reason]}


def _newest(slug: str) -> tuple[OpenEvent, Issued]:
    """The public event and its newest edition. Raises NotFound."""
    event = open_event(slug, at=now())
    return event, _edition_of(event)


def _edition_of(event: OpenEvent) -> Issued:
    edition = newest_edition(event.event_id)
    if edition is None:
        raise NotFound
    return edition


def _frame(event: OpenEvent) -> dict[str, Any]:
    """What stands around figures, and around the word that there are none."""
    return {
        "event": event,
        "event_name": local(event.facts.title),
        "event_url": url_for("front.show_event", slug=event.facts.slug),
        "fictional": event.fictional,
    }


def _shape(event: OpenEvent, edition: Issued) -> dict[str, Any]:
    facts, shown = as_issued(event.facts, edition), edition.public
    slug = facts.slug
    held = [one for one in shown.sittings if one.total.standing is not Standing.CANCELLED]
    counted = shown.visits_total.number is not None or shown.visits_total.standing is Standing.HIDDEN
    return _frame(event) | {
        "facts": facts,
        "attendance": published(edition),
        "columns": [local(one.label) for one in shown.categories],
        "sittings": [(_named(one, facts.timezone), _values(one.numbers, one.total)) for one in held] if counted else [],
        "days": [(plain(day(one.day)), _values(one.numbers, one.total)) for one in shown.days if one.day is not None],
        "visits": _values(shown.visits, shown.visits_total),
        "hides_visits": bool(shown.hidden_visits),
        "visit_methods": [METHODS[one] for one in shown.visit_methods],
        "uncounted": sum(one.total.standing is Standing.UNKNOWN for one in held),
        "not_over": sum(one.total.standing is Standing.NOT_YET for one in held),
        "reports": {ending: url_for(".take_report", slug=slug, form=ending) for ending in FORMATS},
        "files": {name: url_for(f".take_{name}", slug=slug) for name in ("csv", "json", "metadata")},
    }


def _named(one: Sitting, zone: str) -> dict[str, Any]:
    """What a row of a session is called."""
    return {
        "unsplit": one.code == UNSPLIT,
        "title": local(one.title),
        "when": on_day_from(one.day, one.starts_at, zone),
        "room": local(one.room) if one.room else None,
        "partly": one.total.standing is Standing.PARTLY,
    }


def _values(numbers: tuple[Shown, ...], total: Shown) -> list[Value]:
    return [_value(one) for one in (*numbers, total)]


def _value(one: Shown) -> Value:
    words = {Standing.HIDDEN: "suppressed", Standing.NOT_YET: "not_yet"}
    return words.get(one.standing, one.number)

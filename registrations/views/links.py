"""The private link: one's ticket, one's sessions, changing them, giving them back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from app.clock import now
from app.db import transaction
from app.errors import DomainError
from app.outbox.worker import wake
from app.programme.models import PrivacyNotice
from app.programme.queries import current_notice
from app.programme.rules import EventStatus
from app.web.guards import public
from app.web.languages import current_language, local, ruby
from registrations.exports import subscription_of
from registrations.forms import ChangeForm, GroupChangeForm
from registrations.letters import when_event
from registrations.operations import AlreadyCancelled, RegistrationClosed, StoppedByOrganiser, cancel, change
from registrations.operations.confirming import refuse_crowd
from registrations.operations.consents import Answered
from registrations.operations.parties import party_limit
from registrations.queries import BookedSession, Offer, Party, Sheet, offer_at, party_of, sheet_by_link
from registrations.queries.asked import asked_of
from registrations.queries.changed import Difference, changed_since_booked
from registrations.queries.people import Person, has_own_tickets, people_of
from registrations.queries.tickets import tickets_in_use
from registrations.rules import NAMED_KINDS, Application, in_groups, spoken
from registrations.views import shapes, traps
from registrations.views.consenting import agreed_by, ask_about_children
from registrations.views.refusals import explain
from registrations.views.registering import Page, frame, wait_a_minute
from registrations.views.telling import mail_goes_out
from registrations.views.tickets import found, private
from registrations.views.ways import ways_in, ways_of

NOTHING_CHANGED: Mapping[str, Difference] = {}
DONE = (
    "registered", "changed", "cancelled", "taken", "late", "confirmed", "sent", "renewed", "agreed", "mail", "reread",
)  # fmt: skip
blueprint = Blueprint("private_link", __name__)


@blueprint.get("/r/<link>")
@public
def show(link: str) -> Response:
    """The ticket, large, and everything that belongs to it."""
    sheet = found(sheet_by_link(link))
    done = request.args.get("done")
    party, each = party_of(sheet.registration.id), sheet.ticket.attendee_id is not None
    people = people_of(sheet.registration.id) if each or _several(party) else []
    page = render_template(
        "registrations/link.html",
        **sheet_frame(sheet, changed_since_booked(sheet, at=now())),
        done=done if done in DONE else None,
        party=party,
        people=people,
        tickets=tickets_in_use(sheet.registration.id) if each else [],
        spoken=spoken,
        nameable=_nameable(sheet, party, people),
        changeable=changeable(sheet),
        cancellable=cancellable(sheet),
        photo_asked=_photo_asked(sheet),
        agreed=agreed_by(sheet),
        asked=asked_of(sheet),
        subscription=_subscription(link),
        ways=ways_of(sheet),
        qr_alt=spoken(sheet.ticket.number),
    )
    return private(page)


@blueprint.get("/r/<link>/calendar.ics")
@public
def calendar(link: str) -> Response:
    """The booked sessions for one's own calendar, to take or to subscribe to; not sent again while nothing changed."""
    sheet = found(sheet_by_link(link))
    response = Response(subscription_of(sheet), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'inline; filename="{sheet.event.slug}.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/r/<link>/change")
@public
def ask_change(link: str) -> Page:
    """The form as the registration stands."""
    sheet = found(sheet_by_link(link))
    if not changeable(sheet):
        return redirect(f"/r/{link}", 303)
    offer = offer_at(sheet.live.slug, at=now())
    numbers = {f"with-{one.key}": one.number for one in party_of(sheet.registration.id)}
    form = _form(
        sheet,
        offer,
        name=sheet.registration.contact_name,
        email=sheet.registration.contact_email or "",
        language=sheet.registration.language,
        version=sheet.registration.version,
        numbers_stand=sheet.registration.numbers_confirmed_at is not None,
        sessions=[session.code for session in sheet.standing],
        **numbers,
        **_group_fields(sheet),
    )
    return _change_page(sheet, offer, form, 200)


@blueprint.post("/r/<link>/change")
@public
def make_change(link: str) -> Page:
    """Make the registration what the form says."""
    sheet = found(sheet_by_link(link))
    if not changeable(sheet):
        return redirect(f"/r/{link}", 303)
    offer = offer_at(sheet.live.slug, at=now())
    form = _form(sheet, offer, request.form, language=sheet.registration.language)
    _keep_numbers(form, sheet)
    if not form.validate():
        return _change_page(sheet, offer, form, 422)
    application: Application = shapes.with_what_is_not_shown(form.application(), sheet.standing, offer)
    crowd = traps.crowd_of(application, had=_places_had(sheet))
    if crowd.too_large():
        form.form_errors = [wait_a_minute()]
        return _change_page(sheet, offer, form, 429)
    try:
        with transaction():
            by, version = form.answered_by, form.version.data or 0
            answered = Answered(by, offer.notice_id) if by else None
            changed = change(sheet.registration.id, application, version=version, at=offer.at, answered=answered)
            refuse_crowd(changed, limit=offer.live.address_limit)
    except (AlreadyCancelled, StoppedByOrganiser):
        return redirect(f"/r/{link}", 303)
    except DomainError as refusal:
        explain(refusal, form, offer.programme)
        sheet = found(sheet_by_link(link))
        form.version.data = form.version.raw_data = None
        form.version.data = sheet.registration.version
        return _change_page(sheet, offer_at(sheet.live.slug, at=offer.at), form, refusal.status)
    crowd.count()
    wake()
    return redirect(f"/r/{link}?done=changed", 303)


@blueprint.get("/r/<link>/cancel")
@public
def ask_cancel(link: str) -> Page:
    """Once more, before everything is given back."""
    sheet = found(sheet_by_link(link))
    if not cancellable(sheet):
        return redirect(f"/r/{link}", 303)
    return private(render_template("registrations/cancel.html", **sheet_frame(sheet)))


@blueprint.post("/r/<link>/cancel")
@public
def make_cancel(link: str) -> Page:
    """Give everything back."""
    sheet = found(sheet_by_link(link))
    try:
        with transaction():
            cancel(sheet.registration.id, at=now())
    except (StoppedByOrganiser, RegistrationClosed):
        return redirect(f"/r/{link}", 303)
    wake()
    return redirect(f"/r/{link}?done=cancelled", 303)


def _places_had(sheet: Sheet) -> int:
    """People times sessions before a change."""
    people = sum(one.number for one in party_of(sheet.registration.id))
    return people * max(1, len(sheet.standing))


def _change_page(sheet: Sheet, offer: Offer, form: Any, status: int) -> Page:
    held = {session.code: session for session in sheet.standing}
    page = render_template(
        "registrations/change.html",
        **frame(offer),
        form=form,
        link=sheet.registration.link,
        days=shapes.day_choices(offer, form, held),
        ways=ways_in(offer.programme, form),
        belongs=shapes.category_sentences(offer.categories),
        open=offer.window == "open",
        named=[one for one in people_of(sheet.registration.id) if one.ticket_id],
        kind=sheet.registration.party_kind.value,
        first_day=f"{offer.event.starts_on:%Y-%m-%d}T00:00",
        last_day=f"{offer.event.ends_on:%Y-%m-%d}T23:59",
    )
    return private(page, status)


def _form(sheet: Sheet, offer: Offer, typed: Any = None, **first: Any) -> Any:
    """The form of this kind of party."""
    limit = party_limit(offer.live, sheet.registration.party_kind)
    kind = ChangeForm if sheet.registration.group_name is None else GroupChangeForm
    form = kind.for_event(offer.categories, limit, typed, **first)
    form.zone = offer.event.zone
    ask_about_children(form, sheet, offer.categories)
    return form


def _keep_numbers(form: Any, sheet: Sheet) -> None:
    """Where everybody has a ticket of their own, the page asks for no numbers."""
    if has_own_tickets(people_of(sheet.registration.id)):
        stand = {one.key: one.number for one in party_of(sheet.registration.id)}
        for key, field in form.people.items():
            field.data, field.raw_data = stand.get(key, 0), None


def _group_fields(sheet: Sheet) -> dict[str, Any]:
    row = sheet.registration
    if row.group_name is None:
        return {}
    arrival = row.expected_at.astimezone(sheet.event.zone).replace(tzinfo=None) if row.expected_at else None
    names = ("group_name", "group_grade", "group_class", "contact_phone", "needs")
    return {"expected_at": arrival} | {name: getattr(row, name) or "" for name in names}


def _photo_asked(sheet: Sheet) -> PrivacyNotice | None:
    """What the holder agrees to about photographs, where the organiser asks."""
    return current_notice(sheet.live.id, "photo") if sheet.live.asks_photo else None


def nameable(sheet: Sheet) -> bool:
    """Whether the holder of the link can name people: of a family or a team, as long as anything can be changed."""
    registration_id = sheet.registration.id
    return _nameable(sheet, party_of(registration_id), people_of(registration_id))


def _nameable(sheet: Sheet, party: Sequence[Party], people: Sequence[Person]) -> bool:
    several = _several(party) or bool(people)
    return sheet.registration.party_kind in NAMED_KINDS and several and changeable(sheet)


def _several(party: Iterable[Party]) -> bool:
    return sum(one.number for one in party) > 1


def changeable(sheet: Sheet) -> bool:
    """Whether the holder of the link can still change anything."""
    return cancellable(sheet) and not sheet.live.changes_closed(now())


def cancellable(sheet: Sheet) -> bool:
    """Whether the holder can still give everything back."""
    row = sheet.registration
    return row.cancelled_at is None and row.blocked_at is None and sheet.live.status is EventStatus.PUBLISHED


def _subscription(link: str) -> str:
    """What a calendar program opens as a subscription, in the language that the page is read in."""
    host = urlsplit(current_app.config["BASE_URL"]).netloc
    return f"webcal://{host}/r/{link}/calendar.ics?lang={current_language()}"


def sheet_frame(sheet: Sheet, changed: Mapping[str, Difference] = NOTHING_CHANGED) -> dict[str, Any]:
    """What every page behind a private link shows around its content."""
    zone = sheet.event.zone
    return {
        "sheet": sheet,
        "link": sheet.registration.link,
        "event": sheet.event,
        "event_name": local(sheet.event.title),
        "event_url": f"/events/{sheet.event.slug}/",
        "fictional": sheet.live.fictional,
        "when": ruby(when_event(sheet.event)),
        "code": sheet.ticket.code,
        "code_groups": in_groups(sheet.ticket.code),
        "number": spoken(sheet.ticket.number),
        "mail_goes_out": mail_goes_out(),
        "numbers_due": shapes.moment(due, zone) if (due := sheet.live.class_numbers_due_at) else None,
        "rows": [
            _row(session, sheet) | shapes.seen_before(changed.get(session.code), zone) for session in sheet.standing
        ],
        "in_vain": [shapes.booked_row(session, zone) for session in sheet.in_vain],
    }


def _row(session: BookedSession, sheet: Sheet) -> dict[str, Any]:
    """With what the holder can do about it: anything until the door opens on places that are held; taking an offer and
    leaving a list after the organiser's date for changes too."""
    settled = session.holds_places and now() >= session.door_opens_at
    open_still = cancellable(sheet) and not settled
    return shapes.booked_row(
        session, sheet.event.zone, changeable=changeable(sheet) and not settled, leavable=open_still
    )

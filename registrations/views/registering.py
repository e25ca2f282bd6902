"""The registration form: one page, no account, no cookie, no script needed."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.db import transaction
from app.errors import DomainError
from app.outbox.worker import wake
from app.programme.rules.facts import EventSessionFacts
from app.web.guards import public
from app.web.languages import current_language, local, ruby
from app.web.limits import Limits, network
from registrations.forms import FormKey, RegistrationForm, new_form_key, read_form_key
from registrations.forms.questions import occasion_of, with_questions
from registrations.letters import when_event
from registrations.operations import RegistrationClosed, register
from registrations.operations.confirming import ask_to_confirm, refuse_crowd
from registrations.operations.consents import Photo
from registrations.queries import Offer, offer_at, registration_by_form_key
from registrations.rules import PartyKind, Window, day_of
from registrations.views import shapes, traps
from registrations.views.blanks import blank
from registrations.views.refusals import explain
from registrations.views.telling import mail_goes_out
from registrations.views.ways import ways_in

MOST_FORMS = ("240 per minute", "3000 per hour")
"""From one network: a school of a thousand behind one address registers within a lesson."""

MOST_ASKED = 100
GROUP_PATHS = {PartyKind.CLASS: "class", PartyKind.DELEGATION: "delegation"}

blueprint = Blueprint("registration", __name__)
Page = Response | tuple[str, int] | str


@blueprint.get("/events/<slug>/register")
@public
def ask(slug: str) -> Page:
    """The form; from a session's page only name, category and consent."""
    offer = offer_at(slug, at=now())
    if offer.window is not Window.OPEN:
        return closed_page(offer, 200)
    response = make_response(blank(offer, new_key(offer), lambda key: _empty(offer, key)))
    response.headers["Cache-Control"] = "private, no-cache"  # Back finds this very form: its key registers nobody twice
    return response


@blueprint.post("/events/<slug>/register")
@public
def take(slug: str) -> Page:
    """Take the registration and show its private link; nothing typed is lost on any error."""
    offer = offer_at(slug, at=now())
    form = _form(offer, request.form)
    key = read_form_key(form_secret(), form.key.data or "", offer.live.id, at=offer.at)
    if too_many():
        return _wait(offer, form, key)
    answered = form.validate() & form.questions.validate(occasion_of(form))
    valid = answered and not traps.address_missing(form, offer.live)
    if offer.window is not Window.OPEN or not valid or not is_good(key, form, at=offer.at):
        return _sorry(offer, form, key)
    assert key is not None
    application = form.application(current_language())
    crowd = traps.crowd(application, key, most=offer.live.party_limit, at=offer.at)
    if crowd.too_large():
        return _wait(offer, form, key)
    if crowd.too_quick():
        form.form_errors = [traps.that_was_quick()]
        return _sorry(offer, form, key)
    try:
        with transaction():
            registration = register(
                offer.live.id,
                application,
                at=offer.at,
                form_key=key.nonce,
                notice_id=key.notice_id,
                photo=Photo(key.photo_id, given=form.photo.data) if key.photo_id else None,
                answered_by=form.answered_by,
                answers=form.questions.answers,
            )
            refuse_crowd(registration, limit=offer.live.address_limit)
            if traps.asks_for_mail(offer.live):
                ask_to_confirm(registration, at=offer.at)
    except DomainError as refusal:
        return _sorry(offer_at(slug, at=offer.at), form, key, refusal)
    crowd.count()
    if registration.contact_email is not None:
        wake()
    return redirect(traps.address_after(registration, offer.live), 303)


def too_many() -> bool:
    """Count one form of this network; whether it sent more than a school does."""
    limits: Limits = current_app.extensions["uketsuke_limits"]
    where = network()
    return not all(limits.hit(rate, "register", where) for rate in MOST_FORMS)


def _wait(offer: Offer, form: Any, key: FormKey | None) -> Page:
    """The form once more, to be sent again a little later."""
    form.form_errors = [wait_a_minute()]
    response = make_response(_sorry(offer, form, key, status=429))
    if response.status_code == 429:
        response.headers["Retry-After"] = "60"
    return response


def wait_a_minute() -> str:
    """What somebody reads whose network sends very many forms."""
    return str(
        _("Very many people register from your network just now. Nothing is lost: wait a minute, then send it again.")
    )


def _sorry(
    offer: Offer, form: Any, key: FormKey | None, refusal: DomainError | None = None, *, status: int = 422
) -> Page:
    """Why not, with everything typed; unless this very form was taken before: then its registration."""
    if key is not None and (first := registration_by_form_key(key.nonce)) is not None:
        return redirect(traps.address_after(first, offer.live), 303)
    if offer.window is not Window.OPEN or isinstance(refusal, RegistrationClosed):
        return closed_page(offer, 409)
    if refusal is not None:
        explain(refusal, form, offer.programme)
    return _page(offer, form, refusal.status if refusal else status)


def _form(offer: Offer, typed: Any = None, **first: Any) -> Any:
    live = offer.live
    form = RegistrationForm.for_event(offer.categories, live.party_limit, typed, age=live.guardian_age, **first)
    return with_questions(form, offer.questions, offer.programme, typed)


def is_good(key: FormKey | None, form: Any, *, at: datetime) -> bool:
    """Whether the key is ours and young enough, and no trap has closed; otherwise say so."""
    if key is None or key.expired:
        form.form_errors = [
            *form.form_errors,
            _("This page was open for more than a day. Nothing is lost: check what you typed and send it again."),
        ]
        return False
    if (sentence := traps.trapped(form, key, at=at)) is not None:
        form.form_errors = [*form.form_errors, sentence]
        return False
    return True


def _empty(offer: Offer, key: str) -> str:
    """The form before anything is typed; sessions that were asked for and cannot be booked are named."""
    asked = _sessions_asked_for(offer)
    chosen = [one for one in asked if _can_be_ticked(offer, one)]
    form = _form(offer, key=key, sessions=[one.code for one in chosen])
    return _drawn(offer, form, unavailable=[shapes.unavailable(offer, one) for one in asked if one not in chosen])


def _page(offer: Offer, form: Any, status: int) -> Page:
    """The form with what was typed; with a fresh key unless its own is still good."""
    key = read_form_key(form_secret(), form.key.data or "", offer.live.id, at=offer.at)
    if key is None or key.expired:
        form.key.data = new_key(offer)
    return _drawn(offer, form), status


def _drawn(offer: Offer, form: Any, *, unavailable: Any = ()) -> str:
    chosen = _session_asked_for(offer)
    short = chosen is not None and not form.sessions.errors
    return render_template(
        "registrations/register.html",
        **frame(offer),
        form=form,
        days=[] if short else shapes.day_choices(offer, form),
        only=shapes.choice(offer, chosen, None, None) if short and chosen else None,
        only_day=day_of(chosen.starts_at, offer.event.zone) if chosen else None,
        belongs=shapes.category_sentences(offer.categories),
        more_open=_companions(form) or bool(short and (form.email.data or form.email.errors)),
        unavailable=unavailable,
        ways=ways_in(offer.programme, form),
        needs_mail=traps.asks_for_mail(offer.live),
    )


def frame(offer: Offer) -> dict[str, Any]:
    """What every page of an event shows around its content."""
    return {
        "event": offer.event,
        "event_name": local(offer.event.title),
        "event_url": f"/events/{offer.event.slug}/",
        "fictional": offer.live.fictional,
        "when": ruby(when_event(offer.event)),
        "photo_text": local(offer.photo.text) if offer.photo else None,
        "notice_url": f"/events/{offer.event.slug}/privacy" if offer.notice_id is not None else None,
        "limit": offer.live.party_limit,
        "group_urls": group_urls(offer),
        "mail_goes_out": mail_goes_out(),
    }


def group_urls(offer: Offer) -> dict[str, str]:
    """Where a class or a delegation registers, if the organiser lets them."""
    base = f"/events/{offer.event.slug}/register"
    offered = [kind for kind in GROUP_PATHS if kind in offer.live.party_kinds]
    return {kind.value: f"{base}/{GROUP_PATHS[kind]}" for kind in offered}


def _companions(form: Any) -> bool:
    return any(field.data or field.errors for field in form.people.values())


def _session_asked_for(offer: Offer) -> EventSessionFacts | None:
    """The session whose page somebody came from, while it can be booked."""
    asked = _sessions_asked_for(offer)
    return asked[0] if len(asked) == 1 and _can_be_ticked(offer, asked[0]) else None


def _sessions_asked_for(offer: Offer) -> list[EventSessionFacts]:
    """Those that the address names: one from its own page, several from somebody's list."""
    codes = dict.fromkeys(request.args.getlist("session")[:MOST_ASKED])
    return [offer.programme.session[code] for code in codes if code in offer.programme.session]


def _can_be_ticked(offer: Offer, session: EventSessionFacts) -> bool:
    return session in offer.sessions and offer.bookable(session)


def closed_page(offer: Offer, status: int) -> Page:
    """That registration is not open, and what one can do."""
    page = render_template(
        "registrations/closed.html",
        **frame(offer),
        not_yet=offer.window is Window.NOT_YET,
        opens_at=offer.live.opens_at,
        contact=offer.event.contact,
    )
    return page, status


def new_key(offer: Offer) -> str:
    """A signed key for one form."""
    return new_form_key(
        form_secret(), offer.live.id, offer.notice_id, at=offer.at, photo_id=offer.photo.id if offer.photo else None
    )


def form_secret() -> str:
    """What signs the keys of forms."""
    return str(current_app.secret_key)

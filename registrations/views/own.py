"""What a person does with their own registration beside changing it: hand over, a new code, their data, erasing, and
finding a link that was lost."""

import json
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.db import transaction
from app.errors import DomainError
from app.outbox.worker import wake
from app.programme.queries import current_notice
from app.web.guards import public
from app.web.languages import current_language
from app.web.limits import Limits, limit, network, opaque
from registrations.forms.own import AgreementForm, FindForm, HandOverForm
from registrations.operations.confirming import confirm_mail
from registrations.operations.consents import Photo, change_photo
from registrations.operations.erasing import erase
from registrations.operations.finding import send_again, send_links
from registrations.operations.handing import agree, hand_over, reissue
from registrations.operations.refusals import SomebodyCame
from registrations.queries import Sheet, offer_at, sheet_by_link
from registrations.queries.own import my_data, threshold_of
from registrations.views.consenting import ask_new_holder
from registrations.views.links import cancellable, sheet_frame
from registrations.views.registering import Page, frame
from registrations.views.tickets import found, private

MOST_LETTERS = "5 per hour"
MOST_SEARCHES = ("20 per hour", "3 per hour")
"""From one network, and for one address."""

blueprint = Blueprint("own_registration", __name__)


@blueprint.get("/r/<link>/hand-over")
@public
def ask_hand_over(link: str) -> Page:
    """Who comes instead."""
    sheet = found(sheet_by_link(link))
    return _hand_over_page(sheet, HandOverForm.of(), 200) if cancellable(sheet) else _back(link)


@blueprint.post("/r/<link>/hand-over")
@public
def make_hand_over(link: str) -> Page:
    """Give the registration to somebody else; this link ends."""
    sheet = found(sheet_by_link(link))
    form = HandOverForm.of(request.form)
    if not form.validate():
        return _hand_over_page(sheet, form, 422)
    if _too_often((MOST_LETTERS, "hand over", opaque(link))):
        form.form_errors.append(_wait_an_hour())
        return _hand_over_page(sheet, form, 429)
    try:
        with transaction():
            hand_over(sheet.registration.id, name=form.name.data or "", address=form.email.address or "", at=now())
    except SomebodyCame:
        form.form_errors.append(_("Somebody was let in with this ticket already. It cannot be handed over now."))
        return _hand_over_page(sheet, form, 409)
    except DomainError:
        return _back(link)
    wake()
    return redirect(f"/r/{link}", 303)


@blueprint.get("/r/<link>/agreement")
@public
def ask_agreement(link: str) -> Page:
    """The new holder reads the notice first."""
    sheet = found(sheet_by_link(link))
    return _agreement_page(sheet, _agreement(sheet, notice=_notice(sheet) or 0), 200)


@blueprint.post("/r/<link>/agreement")
@public
def make_agreement(link: str) -> Page:
    """The new holder agrees; from now on everything is shown."""
    sheet = found(sheet_by_link(link))
    form = _agreement(sheet, request.form)
    if not form.validate():
        return _agreement_page(sheet, form, 422)
    if form.notice.data != (_notice(sheet) or 0):
        form.notice.data, form.notice.raw_data, form.consent.data = _notice(sheet) or 0, None, False
        form.form_errors.append(_("The notice has changed meanwhile. Please read it again."))
        return _agreement_page(sheet, form, 409)
    by, notice = form.answered_by, _notice(sheet)
    with transaction():
        agree(sheet.registration.id, notice_id=notice, language=current_language(), at=now(), answered_by=by)
    return redirect(f"/r/{link}?done=agreed", 303)


@blueprint.get("/r/<link>/mail")
@public
def ask_mail(link: str) -> Page:
    """One button, so that no mail program that opens links confirms by itself."""
    sheet = found(sheet_by_link(link))
    return private(render_template("registrations/confirm-mail.html", **sheet_frame(sheet)))


@blueprint.post("/r/<link>/mail")
@public
def make_mail(link: str) -> Page:
    """The address is right."""
    sheet = found(sheet_by_link(link))
    with transaction():
        confirm_mail(sheet.registration.id, at=now())
    wake()
    return redirect(f"/r/{link}?done=mail", 303)


@blueprint.post("/r/<link>/letter")
@public
def letter_again(link: str) -> Page:
    """The ticket by mail once more."""
    sheet = found(sheet_by_link(link))
    limit(MOST_LETTERS, "letter again", opaque(link))
    if cancellable(sheet):
        with transaction():
            send_again(sheet.registration, at=now())
        wake()
    return redirect(f"/r/{link}?done=sent", 303)


@blueprint.get("/r/<link>/codes")
@public
def ask_codes(link: str) -> Page:
    """Once more, before the old code ends."""
    sheet = found(sheet_by_link(link))
    return (
        private(render_template("registrations/codes.html", **sheet_frame(sheet)))
        if cancellable(sheet)
        else _back(link)
    )


@blueprint.post("/r/<link>/codes")
@public
def make_codes(link: str) -> Page:
    """A new code; the old one opens no door any more."""
    sheet = found(sheet_by_link(link))
    limit(MOST_LETTERS, "new code", opaque(link))
    try:
        with transaction():
            reissue(sheet.registration.id, at=now())
    except DomainError:
        return _back(link)
    wake()
    return redirect(f"/r/{link}?done=renewed", 303)


@blueprint.post("/r/<link>/photo")
@public
def photographs(link: str) -> Page:
    """Agree to the text about photographs that stood on the page, or not any more."""
    sheet = found(sheet_by_link(link))
    notice = current_notice(sheet.live.id, "photo") if sheet.live.asks_photo else None
    given = "given" in request.form
    if given and notice is not None and request.form.get("notice") != str(notice.id):
        return redirect(f"/r/{link}?done=reread", 303)
    if notice is not None and cancellable(sheet):
        with transaction():
            change_photo(sheet.registration.id, Photo(notice.id, given=given), at=now())
    return redirect(f"/r/{link}?done=changed", 303)


@blueprint.get("/r/<link>/my-data.json")
@public
def data(link: str) -> Response:
    """Everything that is kept about the registration."""
    sheet = found(sheet_by_link(link))
    text = json.dumps(my_data(sheet), ensure_ascii=False, indent=2)
    response = private(text)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{sheet.event.slug}-my-data.json"'
    return response


@blueprint.get("/r/<link>/erasure")
@public
def ask_erasure(link: str) -> Page:
    """What goes and what stays."""
    return private(render_template("registrations/erase.html", **sheet_frame(found(sheet_by_link(link)))))


@blueprint.post("/r/<link>/erasure")
@public
def make_erasure(link: str) -> Page:
    """Everything that tells who it was goes."""
    sheet = found(sheet_by_link(link))
    with transaction():
        erase(sheet.registration.id, at=now())
    return redirect(f"/r/{link}", 303)


@blueprint.get("/events/<slug>/find")
@public
def ask_find(slug: str) -> Page:
    """The address whose links are lost."""
    offer = offer_at(slug, at=now())
    return render_template("registrations/find-link.html", **frame(offer), form=FindForm.of(), sent=False)


@blueprint.post("/events/<slug>/find")
@public
def find(slug: str) -> Page:
    """The same answer whether the address is known or not."""
    offer = offer_at(slug, at=now())
    form = FindForm.of(request.form)
    if not form.validate():
        return render_template("registrations/find-link.html", **frame(offer), form=form, sent=False), 422
    address = form.email.address or ""
    by_network, by_address = MOST_SEARCHES
    if _too_often((by_network, "find link", network()), (by_address, "find link", opaque(f"{slug} {address}"))):
        form.form_errors.append(_wait_an_hour())
        return render_template("registrations/find-link.html", **frame(offer), form=form, sent=False), 429
    with transaction():
        send_links(offer.live.id, address=address, language=current_language(), at=now())
    wake()
    return render_template("registrations/find-link.html", **frame(offer), form=FindForm.of(), sent=True)


@blueprint.get("/events/<slug>/mail-sent")
@public
def mail_sent(slug: str) -> Page:
    """A letter is on its way; the ticket comes when its link is opened."""
    return render_template("registrations/mail-sent.html", **frame(offer_at(slug, at=now())))


def _too_often(*counts: tuple[str, ...]) -> bool:
    """Count against each rate in turn; whether one of them is used up."""
    limits: Limits = current_app.extensions["uketsuke_limits"]
    return not all(limits.hit(*count) for count in counts)


def _wait_an_hour() -> str:
    return str(_("That was very often. Nothing is lost: wait an hour, then send it again, or ask the organiser."))


def _hand_over_page(sheet: Sheet, form: Any, status: int) -> Page:
    return private(render_template("registrations/hand-over.html", **sheet_frame(sheet), form=form), status)


def _agreement_page(sheet: Sheet, form: Any, status: int) -> Page:
    if not _awaits(sheet):
        return _back(sheet.registration.link)
    notice_url = f"/events/{sheet.event.slug}/privacy" if _notice(sheet) else None
    page = render_template("registrations/agree.html", **sheet_frame(sheet), form=form, notice_url=notice_url)
    return private(page, status)


def _agreement(sheet: Sheet, typed: Any = None, **first: Any) -> AgreementForm:
    form = AgreementForm(typed, data=first)
    form.coming = ask_new_holder(form, sheet, offer_at(sheet.live.slug, at=now()).categories)
    return form


def _awaits(sheet: Sheet) -> bool:
    threshold = threshold_of(sheet.registration.link)
    return threshold is not None and threshold.agreement


def _notice(sheet: Sheet) -> int | None:
    return offer_at(sheet.live.slug, at=now()).notice_id


def _back(link: str) -> Response:
    return redirect(f"/r/{link}", 303)

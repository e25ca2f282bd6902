"""Codes that make scanners of devices: shown once, for a quarter of an hour, in the fragment of an address."""

import base64
import secrets
from uuid import UUID

from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.models import Pairing
from app.accounts.passwords import hash_password
from app.clock import now
from app.console.forms.gates import PAIRED_AS, PairingForm
from app.db import transaction
from app.errors import NotFound, Refused
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.keyed import keyed
from app.web.languages import current_language, speaking
from checkin.models import Gate
from checkin.operations import close_pairing, end_of_devices, open_pairing, renew_pairing
from checkin.queries.gate_list import gate_line, pairing_in
from checkin.queries.gates import WITH_A_DOOR
from checkin.rules.pairing import CODES, PairedAs, in_groups, pairing_code
from registrations import qr

blueprint = Blueprint("pairings", __name__, url_prefix="/console/events/<slug>")


@blueprint.get("/gates/<gate>/pairing")
@requires(Right.EDIT_EVENT)
def ask(slug: str, gate: str) -> str:
    """Which devices shall stand at the gate, and what they may do."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _form_page(event, _gate(event, gate), PairingForm())


@blueprint.post("/gates/<gate>/pairing")
@requires(Right.EDIT_EVENT)
def make(slug: str, gate: str) -> Response:
    """Show a code for them."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = _gate(event, gate)
    form = PairingForm(request.form)
    if not form.validate():
        return make_response(_form_page(event, found, form), 422)
    paired_as, at, code = PairedAs(form.paired_as.data), now(), _new_code()
    pin_hash = hash_password(form.pin.data or "") if paired_as is PairedAs.SUPERVISOR else None
    with transaction():
        pairing = open_pairing(
            event,
            found,
            code_hash=keyed(code),
            paired_as=paired_as,
            devices=form.devices.data,
            devices_end_at=end_of_devices(event, whole_event=form.until.data == "event", at=at),
            pin_hash=pin_hash,
            names=bool(form.names.data),
            at=at,
            actor=g.actor,
        )
    return _code_page(event, found, pairing, code)


@blueprint.get("/pairings/<uuid:pairing>")
@requires(Right.EDIT_EVENT)
def show(slug: str, pairing: UUID) -> str:
    """How many devices have used a code; the code itself was shown once."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found, gate = pairing_in(event, pairing)
    return render_template("console/door/pairing.html", event=event, pairing=found, gate=gate, at=now(), code=None)


@blueprint.post("/pairings/<uuid:pairing>/code")
@requires(Right.EDIT_EVENT)
def renew(slug: str, pairing: UUID) -> Response:
    """Another code for the devices that are left."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found, gate = pairing_in(event, pairing)
    _need_a_door(event)
    if found.joined >= found.devices or gate.retired_at is not None:
        flash(_("All devices of this code are paired. Make a new one for others."), "info")
        return redirect(url_for(".show", slug=slug, pairing=pairing), 303)
    code = _new_code()
    with transaction():
        renew_pairing(found, code_hash=keyed(code), at=now(), actor=g.actor)
    return _code_page(event, gate, found, code)


@blueprint.post("/pairings/<uuid:pairing>/end")
@requires(Right.EDIT_EVENT)
def close(slug: str, pairing: UUID) -> Response:
    """The code pairs nobody any more."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found, _gate_of_it = pairing_in(event, pairing)
    with transaction():
        close_pairing(found, at=now(), actor=g.actor)
    flash(_("The code is not valid any more. Devices that used it go on."), "success")
    return redirect(url_for("gates.listed", slug=slug), 303)


def _gate(event: Event, code: str) -> Gate:
    """The gate, where one can stand. Raises NotFound."""
    gate = gate_line(event, code, at=now()).gate
    if gate.retired_at is not None:
        raise NotFound
    _need_a_door(event)
    return gate


def _need_a_door(event: Event) -> None:
    """No device takes a code of an event that is over."""
    if event.status not in WITH_A_DOOR:
        raise Refused("no_door", _("This event is closed: no device can be paired any more."))


def _new_code() -> str:
    return pairing_code(secrets.randbelow(CODES))


def _form_page(event: Event, gate: Gate, form: PairingForm) -> str:
    about = {str(one): sentence for one, (_word, sentence) in PAIRED_AS.items()}
    return render_template("console/door/pair.html", event=event, gate=gate, form=form, about=about)


def _code_page(event: Event, gate: Gate, pairing: Pairing, code: str) -> Response:
    """The code as a picture and as letters; it stands in no address that a server sees."""
    address = f"{current_app.config['BASE_URL']}/scan/"
    picture = base64.b64encode(qr.svg(f"{address}#pair={code}").encode()).decode()
    shown = {"code": in_groups(code), "picture": f"data:image/svg+xml;base64,{picture}", "address": address}
    on_paper = ("en" if current_language() == "en" else "ja", "ja-easy")
    shown["steps"] = Markup("").join(_steps(language, address) for language in on_paper)
    page = render_template("console/door/pairing.html", event=event, gate=gate, pairing=pairing, at=now(), **shown)
    return make_response(page, 201)


def _steps(language: str, address: str) -> Markup:
    """What a volunteer does, as it stands on the sheet for the wall: in this language, whatever the page is in."""
    with speaking(language):
        return Markup(render_template("checkin/pairing-steps.html", language=language, address=address))  # noqa: S704

"""What people consent to: the privacy notice and the one about photographs, version by version."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.notices import NoticeForm
from app.db import db, transaction
from app.programme.models import Event, PrivacyNotice
from app.programme.operations.notices import KINDS, add_notice
from app.programme.queries import current_notice, staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("notices", __name__, url_prefix="/console/events/<slug>/registration/notices")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def show(slug: str) -> Response:
    """Both texts as they stand, and their versions."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _page(event, {kind: _form(event, kind) for kind in KINDS}, 200)


@blueprint.post("/<any('privacy', 'photo'):kind>")
@requires(Right.EDIT_EVENT)
def add(slug: str, kind: str) -> Response:
    """The next version of one text."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = NoticeForm(request.form, prefix=f"{kind}-")
    if not form.validate():
        return _page(event, {one: form if one == kind else _form(event, one) for one in KINDS}, 422)
    with transaction():
        made = add_notice(event, kind, form.text.data, at=now(), actor=g.actor)
    told = _(
        "Version %(number)s holds from now on. Who agreed before agreed to the text of that time.", number=made.number
    )
    flash(told, "success")
    return redirect(url_for(".show", slug=slug), 303)


def _form(event: Event, kind: str) -> NoticeForm:
    newest = current_notice(event.id, kind)
    return NoticeForm(data={"text": newest.text if newest else {}}, prefix=f"{kind}-")


def _page(event: Event, forms: dict[str, NoticeForm], status: int) -> Response:
    versions = select(PrivacyNotice).filter_by(event_id=event.id).order_by(PrivacyNotice.id.desc())
    kept = db.session.scalars(versions).all()
    page = render_template("console/notices.html", event=event, forms=forms, versions=kept)
    return make_response(page, status)

"""Who may do what in an event: join, leave, and a new password from the owner's hand."""

from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.models import Account
from app.accounts.operations import change_password
from app.accounts.passwords import generate_password, hash_password
from app.clock import now
from app.console.forms import ROLES, MemberForm
from app.console.operations import join, leave
from app.console.queries import account_in, members_of, name_in, within_reach
from app.db import transaction
from app.errors import Refused
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right, Role
from app.web.guards import requires

blueprint = Blueprint("people", __name__, url_prefix="/console/events/<slug>/people")


@blueprint.get("")
@requires(Right.MANAGE_PEOPLE)
def everybody(slug: str) -> str:
    """The staff of an event, and the form to add somebody."""
    event = staff_event(slug, g.actor, Right.MANAGE_PEOPLE)
    return _page(event, MemberForm())


@blueprint.post("")
@requires(Right.MANAGE_PEOPLE)
def add(slug: str) -> Response:
    """Give somebody a role; a person new to Uketsuke gets a password, shown once. One whom another host
    knows keeps their own, and the page is the same: who works elsewhere is nobody's to find out."""
    event = staff_event(slug, g.actor, Right.MANAGE_PEOPLE)
    form = MemberForm(request.form)
    if not form.validate():
        return make_response(_page(event, form), 422)
    password = generate_password()
    hashed = hash_password(password)
    with transaction():
        joined = join(
            event,
            email=form.email.data or "",
            name=form.name.data or "",
            role=Role(form.role.data),
            password_hash=hashed,
            at=now(),
            actor=g.actor,
        )
    if joined.stranger:
        return _shown_once(event, joined.account, joined.name, password, joining=True)
    flash(_("%(name)s has the role now and signs in as before.", name=joined.name), "success")
    return redirect(url_for(".everybody", slug=slug), 303)


@blueprint.post("/<uuid:account>/withdrawal")
@requires(Right.MANAGE_PEOPLE)
def remove(slug: str, account: UUID) -> Response:
    """Take somebody's role in this event back."""
    event = staff_event(slug, g.actor, Right.MANAGE_PEOPLE)
    found = account_in(event, account)
    name = name_in(event, found)
    try:
        with transaction():
            leave(event, found, at=now(), actor=g.actor)
    except Refused as no:
        raise Refused(no.code, _("An event needs an owner. Give somebody else that role first.")) from None
    flash(_("%(name)s has no role in this event any more.", name=name), "success")
    return redirect(url_for(".everybody", slug=slug), 303)


@blueprint.post("/<uuid:account>/password")
@requires(Right.MANAGE_PEOPLE)
def renew_password(slug: str, account: UUID) -> Response:
    """A new password for somebody who forgot theirs; only where every role of theirs is the owner's to give."""
    event = staff_event(slug, g.actor, Right.MANAGE_PEOPLE)
    found = account_in(event, account)
    if not within_reach(g.actor, found.id):
        raise Refused("other_roles", _("This person also works elsewhere. Only an owner there can do this."))
    password = generate_password()
    hashed = hash_password(password)
    with transaction():
        change_password(found.id, hashed, at=now(), actor=g.actor, keep=None)
    return _shown_once(event, found, name_in(event, found), password)


def _page(event: Event, form: MemberForm) -> str:
    return render_template(
        "console/people.html",
        event=event,
        form=form,
        members=members_of(event, g.actor),
        about={role.value: sentence for role, (_name, sentence) in ROLES.items()},
    )


def _shown_once(event: Event, account: Account, name: str | None, password: str, *, joining: bool = False) -> Response:
    shown = {"event": event, "email": account.email, "name": name, "password": password, "joining": joining}
    return make_response(render_template("console/password-once.html", **shown), 201)

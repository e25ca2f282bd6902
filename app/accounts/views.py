"""Signing in and out, and one's own password."""

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.forms import PasswordForm, SignInForm
from app.accounts.operations import begin_sign_in, change_password, end_sign_in, store_password_again
from app.accounts.passwords import costs_too_little, hash_password, verify_password
from app.accounts.queries import account_by_email, account_of, cookie_name
from app.clock import now
from app.db import transaction
from app.web.guards import csrf, public, signed_in
from app.web.limits import Tries, network, opaque
from app.web.pages import local_path

blueprint = Blueprint("accounts", __name__)
HOME = "/console/"


@blueprint.get("/sign-in")
@public
def sign_in() -> AnyResponse | str:
    """The form; whoever is signed in already goes on."""
    if g.actor.signed_in:
        return redirect(_next(request.args.get("next")))
    return render_template("accounts/sign-in.html", form=SignInForm(next=request.args.get("next")))


@blueprint.post("/sign-in")
@public
def begin() -> AnyResponse:
    """Check address and password; the answer is the same, and takes as long, whichever of the two is wrong."""
    form = SignInForm(request.form)
    try:
        csrf.protect()
    except CSRFError:
        return _again(form, 400, _("This page was open too long. Please sign in once more."))
    if not form.validate():
        return _again(form, 422)
    tries = _tries(form.email.data or "")
    if not tries.allowed():
        return _again(form, 429, _("Too many tries in a short time. Please wait a minute, then try again."))
    account = account_by_email(form.email.data or "")
    stored = account.password_hash if account and account.disabled_at is None else None
    right = verify_password(stored, form.password.data or "")
    if account is None or not right:
        tries.failed()
        return _again(form, 422, _("The e-mail address or the password is wrong."))
    tries.forget()
    fresh = hash_password(form.password.data or "") if costs_too_little(account.password_hash) else None
    with transaction():
        _end_present()
        if fresh:
            store_password_again(account.id, fresh)
        token = begin_sign_in(account.id, at=now())
    return _remember(redirect(_next(form.next.data), 303), token)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> AnyResponse:
    """End this browser's sign-in."""
    with transaction():
        _end_present()
    session.clear()
    response = redirect("/sign-in", 303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(cookie_name(secure=secure), secure=secure, httponly=True, samesite="Lax")
    return response


@blueprint.get("/console/password")
@signed_in
def password() -> str:
    """The form for one's own new password."""
    return render_template("accounts/password.html", form=PasswordForm())


@blueprint.post("/console/password")
@signed_in
def save_password() -> AnyResponse:
    """Take the new password, and end this person's other signed-in browsers."""
    form = PasswordForm(request.form)
    if not form.validate():
        return _password_again(form, 422)
    account = account_of(g.actor)
    tries = _tries(account.email)
    if not tries.allowed():
        return _password_again(form, 429, _("Too many tries in a short time. Please wait a minute, then try again."))
    if not verify_password(account.password_hash, form.present.data or ""):
        tries.failed()
        return _password_again(form, 422, _("The current password is wrong."))
    tries.forget()
    fresh = hash_password(form.password.data or "")
    with transaction():
        change_password(account.id, fresh, at=now(), actor=g.actor, keep=g.actor.sign_in_id)
    flash(_("Your password has been changed. Other devices were signed out."), "success")
    return redirect(HOME, 303)


def _tries(email: str) -> Tries:
    """A stranger may slow down one account from one network, and never lock its owner out elsewhere."""
    account, here = opaque(email.strip().lower()), network()
    return Tries(
        ("5 per minute", "sign-in", account, here),
        ("30 per hour", "sign-in", account, here),
        ("60 per minute", "sign-in", here),
        wrong=("300 per hour", "sign-in", account),
    )


def _end_present() -> None:
    if g.actor.sign_in_id is not None:
        end_sign_in(g.actor.sign_in_id, at=now())


def _remember(response: AnyResponse, token: str) -> AnyResponse:
    """A new token at each sign-in, and a new secret for its forms."""
    session.clear()
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    name = cookie_name(secure=secure)
    response.set_cookie(name, token, httponly=True, secure=secure, samesite="Lax", path="/")
    return response


def _next(target: str | None) -> str:
    return local_path(target) if target else HOME


def _again(form: SignInForm, status: int, fault: str = "") -> Response:
    faults = [fault] if fault else []
    response = make_response(render_template("accounts/sign-in.html", form=form, faults=faults), status)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response


def _password_again(form: PasswordForm, status: int, fault: str = "") -> Response:
    faults = [fault] if fault else []
    return make_response(render_template("accounts/password.html", form=form, faults=faults), status)

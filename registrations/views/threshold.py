"""What stands before a private link: a registration that was erased or handed over, a notice not agreed to yet, an
address not confirmed yet."""

from flask import Blueprint, redirect, render_template, request

from app.clock import now
from registrations.queries import offer_at
from registrations.queries.own import Threshold, handed_over_slug, threshold_of
from registrations.views.registering import Page, frame
from registrations.views.tickets import private

OPEN_ALWAYS = {"ask_agreement", "make_agreement"}
OPEN_UNCONFIRMED = {"ask_mail", "make_mail"}


def guard(blueprint: Blueprint) -> None:
    """Every page of this blueprint behind a private link opens only once nothing stands before it."""
    blueprint.before_request(_before)


def _before() -> Page | None:
    link = (request.view_args or {}).get("link")
    if link is None:
        return None
    threshold = threshold_of(link)
    if threshold is None:
        slug = handed_over_slug(link)
        return _told("handed-over", slug, 410) if slug else None
    return _stopped(threshold, link, (request.endpoint or "").rpartition(".")[2])


def _stopped(threshold: Threshold, link: str, page: str) -> Page | None:
    if threshold.erased:
        return _told("erased", threshold.slug, 200)
    if threshold.agreement and page not in OPEN_ALWAYS:
        return redirect(f"/r/{link}/agreement", 303)
    if threshold.confirmation and page not in OPEN_UNCONFIRMED:
        return redirect(f"/r/{link}/mail", 303)
    return None


def _told(what: str, slug: str, status: int) -> Page:
    return private(render_template("registrations/gone.html", **frame(offer_at(slug, at=now())), what=what), status)

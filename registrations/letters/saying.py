"""Words and facts put together: the text, the HTML and the message, without what is attached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from flask import current_app, render_template

from app.config import Settings
from app.web.languages import aloud, plain
from registrations import qr
from registrations.letters.kinds import Kind
from registrations.letters.parts import Content, Line, picture_name, shown, values_of
from registrations.letters.placeholders import filled, filled_line, one_line, paragraphs
from registrations.letters.wording import Words
from registrations.queries.changed import Difference

QR_PIXELS = 592


@dataclass(frozen=True)
class Said:
    """What a letter says: its words with their values, and what the templates read. `picture`: the codes go inline."""

    subject: str
    text: str
    html: str
    picture: bool


def say(
    content: Content,
    kind: Kind,
    words: Words,
    *,
    about: Iterable[Line] = (),
    until: datetime | None = None,
    changed: Iterable[Difference] = (),
    more: Mapping[str, Any] | None = None,
    instead: Mapping[str, str] | None = None,
) -> Said:
    """Words and facts put together. `more`: what the templates read besides. `instead`: values of placeholders."""
    values = values_of(content, about, until=until) | dict(instead or {})
    parts = (
        shown(content, private=kind.private, changed=changed)
        | {"text_lang": None, **_asked(content, kind)}
        | dict(more or {})
    )
    text = filled(words.body, values, say=aloud)
    html = paragraphs(words.body, values, say=aloud)
    return Said(
        subject=filled_line(words.subject, values | {"event": one_line(plain(content.event.title))}, say=aloud),
        text=render_template("letters/letter.txt", body=text, kind=kind.name, **parts),
        html=render_template("letters/letter.html", body=html, kind=kind.name, **parts),
        picture=parts["with_ticket"],
    )


def _asked(content: Content, kind: Kind) -> dict[str, bool]:
    return {"address_to_confirm": kind.name == "received" and content.address_to_confirm}


def mail(content: Content, said: Said) -> EmailMessage:
    """The message without what is attached."""
    message = EmailMessage()
    title = one_line(plain(content.event.title))
    message["Subject"] = said.subject
    message["From"] = _sender(title)
    if reply_to := content.event.contact.get("email"):
        message["Reply-To"] = str(reply_to)
    message.set_content(said.text, cte="base64")
    message.add_alternative(said.html, subtype="html", cte="base64")
    if said.picture:
        html = message.get_body(("html",))
        assert isinstance(html, EmailMessage)
        for name, picture in code_pictures(content):
            html.add_related(picture, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    return message


def code_pictures(content: Content) -> list[tuple[str, bytes]]:
    """The square codes of the tickets, each under the name by which the letter shows it."""
    base_url = current_app.config["BASE_URL"]
    named = ((picture_name(place), one.code) for place, one in enumerate(content.tickets))
    return [(name, qr.png(qr.ticket_address(base_url, code), QR_PIXELS)) for name, code in named if name]


def _sender(title: str) -> Address:
    settings: Settings = current_app.extensions["uketsuke_settings"]
    return Address(display_name=title, addr_spec=settings.mail_from)

"""A letter as it would look now, for the organiser: of a made-up registration or of a real one without its secrets."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.programme.models import Event
from app.web.languages import speak
from registrations.letters.kinds import MAILING, Kind
from registrations.letters.partners import partner_sample
from registrations.letters.parts import content_of
from registrations.letters.samples import sample_of, without_secrets
from registrations.letters.saying import Said, code_pictures, say
from registrations.letters.special import mailing_words
from registrations.letters.wording import Words
from registrations.queries import sheet_of
from registrations.rules import BookingState

SHOWN_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""What a browser may do with a letter that is shown as a page of its own: nothing but draw it."""


@dataclass(frozen=True)
class Preview:
    """Subject, text and HTML of a letter, the picture of its code inside."""

    subject: str
    text: str
    html: str


def preview(event: Event, kind: Kind, words: Words, *, language: str, registration_id: int | None = None) -> Preview:
    """These words as a letter in this language. From here on the context speaks that language."""
    speak(language)
    return _preview(event, kind, words, registration_id, {})


def preview_mailing(
    event: Event,
    subjects: Mapping[str, str],
    bodies: Mapping[str, str],
    *,
    language: str,
    registration_id: int | None = None,
) -> Preview:
    """A letter to many, as who speaks this language would get it."""
    speak(language)
    words, more = mailing_words(subjects, bodies)
    return _preview(event, MAILING, words, registration_id, more)


def _preview(event: Event, kind: Kind, words: Words, registration_id: int | None, more: Mapping[str, Any]) -> Preview:
    if kind.partner:
        said = partner_sample(event, kind, words)
        return Preview(said.subject, said.text, said.html)
    sheet = sheet_of(registration_id) if registration_id is not None else None
    content, about, until = sample_of(event, kind)
    if sheet is not None:
        content = without_secrets(content_of(sheet))
        about = content.about((), kind.about or {BookingState.CONFIRMED})
        until = min((one.until for one in about if one.until), default=content.numbers_due_at)
    more = {**more, "with_link": kind is MAILING and content.usable}
    said = say(content, kind, words, about=about, until=until, more=more)
    return Preview(said.subject, said.text, _with_pictures(said, code_pictures(content) if said.picture else []))


def _with_pictures(said: Said, pictures: Iterable[tuple[str, bytes]]) -> str:
    html = said.html
    for name, picture in pictures:
        html = html.replace(f'"cid:{name}"', f'"data:image/png;base64,{b64encode(picture).decode()}"')
    return html

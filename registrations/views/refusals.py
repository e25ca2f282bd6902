"""Why a form was not taken, said beside the field that can mend it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import DomainError, Invalid
from app.programme.rules.facts import Programme
from app.web.languages import current_language, local, plain
from registrations.operations import (
    ChangedElsewhere,
    LargerThanSession,
    PartyTooLarge,
    RegistrationClosed,
    SessionsFull,
    SessionsNotBookable,
    SessionsOverlap,
)
from registrations.operations.answering import QuestionsChanged
from registrations.operations.refusals import AddressUsed, NumbersByName, TooManyNames

BY_NAME: dict[type[DomainError], Any] = {
    TooManyNames: _l("More people have names than would come. Drop somebody by name instead."),
    NumbersByName: _l("Everybody of this party has a ticket of their own. Add or drop people by name instead."),
}


def explain(refusal: DomainError, form: Any, programme: Programme) -> None:  # noqa: C901, PLR0912
    """Put the sentence to its field. Raises the refusal again if no field can mend it."""
    match refusal:
        case SessionsFull():
            form.too_full = frozenset(refusal.codes) & refusal.waits
            _add(form.sessions, _full(refusal, form, programme))
        case LargerThanSession():
            _add(
                form.sessions,
                _(
                    "Your party is larger than these ever take: %(titles)s. "
                    "Bring fewer people or choose something else.",
                    titles=titles_of(refusal.codes, programme),
                ),
            )
        case SessionsNotBookable():
            _add(form.sessions, _unbookable(refusal, programme))
        case SessionsOverlap():
            for group in refusal.groups:
                titles = titles_of(group, programme)
                _add(form.sessions, _("These are at the same time: %(titles)s. Choose one of them.", titles=titles))
        case PartyTooLarge():
            _add(
                first_number(form),
                _(
                    "One registration brings from 1 to %(limit)s people. For more, ask the organiser.",
                    limit=refusal.limit,
                ),
            )
        case ChangedElsewhere():
            form.form_errors.append(
                _("The registration was changed in another window meanwhile. Check below and send it again.")
            )
        case AddressUsed():
            _add(
                form.email,
                _(
                    "%(limit)s registrations at most for one e-mail address, and this one has them. "
                    "Use another address, or change a registration that you have.",
                    limit=refusal.limit,
                ),
            )
        case QuestionsChanged():
            form.form_errors.append(
                _("The organiser changed a question just now. Nothing is lost: check your answers and send it again.")
            )
        case RegistrationClosed():
            form.form_errors.append(_("Registration has closed. You can still give places back, but not add any."))
        case TooManyNames() | NumbersByName():
            _add(first_number(form), str(BY_NAME[type(refusal)]))
        case Invalid():
            _add(first_number(form), _("This category is not part of the event any more. Choose again."))
        case _:
            raise refusal


def first_number(form: Any) -> Any:
    """The field that stands for the party's size."""
    return next(iter(form.people.values()))


def _add(field: Any, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def _unbookable(refusal: SessionsNotBookable, programme: Programme) -> str:
    known = [code for code in refusal.codes if code in programme.session]
    if not known:
        return str(_("A session that you chose is not part of the programme any more."))
    return str(
        _(
            "This can no longer be booked: %(titles)s. Untick it or choose another session.",
            titles=titles_of(known, programme),
        )
    )


def _full(refusal: SessionsFull, form: Any, programme: Programme) -> str:
    titles = titles_of(refusal.codes, programme)
    if not form.too_full:
        return str(
            _(
                "Not enough places left for your party: %(titles)s. Bring fewer people or choose another session.",
                titles=titles,
            )
        )
    return str(
        _(
            "Not enough places left for your party: %(titles)s. Bring fewer people, choose another session, or "
            "tick the waiting list.",
            titles=titles,
        )
    )


def titles_of(codes: Any, programme: Programme) -> str:
    """Titles one after the other, each in its quotation marks; readings kept for the ruby of easy Japanese."""
    easy = current_language() == "ja-easy"
    titles = [
        local(programme.session[code].title).text if easy else plain(programme.session[code].title)
        for code in codes
        if code in programme.session
    ]
    return (
        ", ".join(f"“{title}”" for title in titles)
        if current_language() == "en"
        else "".join(f"「{title}」" for title in titles)
    )

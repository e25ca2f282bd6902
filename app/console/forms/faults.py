"""What a file's judgement says of a session, as sentences beside the fields of a form."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from app.console.forms.fields import NO_ADDRESS, NO_CODE, NO_READING
from app.programme.rules.faults import Fault

BY_KIND = {
    "order": _l("It has to end after it starts. Check the start and the end."),
    "outside": _l("This is on no day of the event. Check the date."),
    "unreal": _l("This day or time does not exist. Check it."),
    "skipped": _l("The clocks skip this time that day. Choose an earlier or a later one."),
    "twice": _l("The clocks show this time twice that day, so it is not clear which is meant. Choose another."),
    "door": _l("The door would close before the start. Let it close later."),
    "taken": _l("Another session has this code. Choose another, or leave it empty."),
    "gone": _l("What was chosen here is not there any more. Choose again."),
}
BY_FIELD = {
    "code": NO_CODE,
    "track": NO_CODE,
    "series": NO_CODE,
    "title": _l("Give the title in Japanese or English, in one line of at most 200 characters."),
    "kind": _l("Say the kind in Japanese or English, in one line of at most 200 characters."),
    "reading": NO_READING,
    "description": _l("Give this text in Japanese or English, at most 10,000 characters."),
    "access": _l("Give this text in Japanese or English, at most 10,000 characters."),
    "starts_at": _l("Say the day and the time of the start."),
    "ends_at": _l("Say the day and the time of the end."),
    "booking_closes_at": _l("Type a day and a time that exist, such as 2026-10-03T09:00."),
    "online_url": NO_ADDRESS,
    "capacity": _l("Write a whole number from 0 to 1,000,000, or nothing."),
    "opens_minutes_before_start": _l("Write whole minutes, at most 10,080 (a week)."),
    "closes_minutes_after_end": _l("Write whole minutes, at most 10,080 (a week)."),
    "appearances": _l("Check the people: each once, affiliations of at most 300 characters."),
    "organisations": _l("Check the organisations: each once."),
}
OF_BOTH = {
    ("booking_closes_at", "order"): _l("Bookings cannot close after the session ends. Choose an earlier time."),
}
"""Where the kind alone would speak of another field."""
OTHERWISE = _l("This cannot be saved as it is. Check it.")


def tell(form: Any, faults: Iterable[Fault]) -> None:
    """Put a sentence beside the field that each fault is about, or above the form; each sentence once."""
    for fault in faults:
        steps = [step.partition("[")[0] for step in fault.path.split(".") if step and not step.startswith("sessions[")]
        name = next((step for step in steps if step in BY_FIELD), "")
        name = steps[-1] if steps and steps[-1] in BY_FIELD else name
        sentence = OF_BOTH.get((name, fault.kind)) or BY_KIND.get(fault.kind) or BY_FIELD.get(name, OTHERWISE)
        add_error(form, name, sentence)


def add_error(form: Any, name: str, sentence: Any) -> None:
    """Beside a field that has a box of its own; what has several, or none, is said above the form."""
    field = form._fields.get(name)
    if field is None or hasattr(field, "entries"):
        if sentence not in form.form_errors:
            form.form_errors.append(sentence)
        return
    if hasattr(field, "form"):
        field = next(iter(field.form))
    if sentence not in field.errors:
        field.errors = [*field.errors, sentence]

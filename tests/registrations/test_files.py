"""How one registers, in the event file and in a copy: whole, and back as it was."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app.db import db, transaction
from app.programme.models import Event, PrivacyNotice
from registrations.cli import event as event_commands
from registrations.models import LetterText
from tests.make import NOON, Make, both
from tests.programme.files import bring_in, small

SETTINGS: dict[str, Any] = {
    "changes_close_at": NOON - timedelta(days=3), "party_kinds": ["person", "family", "class", "delegation"],
    "class_categories": {"pupils": "adult", "teachers": "adult", "guardians": "adult"},
    "class_numbers_due_at": NOON - timedelta(days=7), "waiting_mode": "offer", "offer_minutes": 90,
    "waiting_ends_minutes": 30, "guardian_age": 14, "asks_photo": True, "confirms_mail": True, "address_limit": 4,
    "reminder_days": [7, 1, 0], "thanks_days": 2, "feedback_url": "https://example.jp/after",
}  # fmt: skip


@pytest.fixture
def event(make: Make) -> Event:
    """An event with a setting of every kind that differs from what is usual."""
    done = bring_in(make.host(), small())
    made = db.session.get_one(Event, done.event_id)
    with transaction():
        for name, value in SETTINGS.items():
            setattr(made, name, value)
        photo = PrivacyNotice(event_id=made.id, kind="photo", number=3, text=both("写真", "Photos"), created_at=NOON)
        words = LetterText(event_id=made.id, kind="confirmed", language="ja", subject="{event}", body="{name} 様")
        db.session.add_all([photo, words])
    return made


def run(app: Flask, *arguments: str, given: str | None = None) -> Result:
    return app.test_cli_runner().invoke(event_commands, list(arguments), input=given)


def columns_of(slug: str) -> dict[str, Any]:
    db.session.rollback()
    made = db.session.scalars(db.select(Event).filter_by(slug=slug).execution_options(populate_existing=True)).one()
    return {name: getattr(made, name) for name in SETTINGS}


def beside(slug: str) -> tuple[list[Any], list[Any]]:
    """The texts about photographs, and the words of letters."""
    event_id = db.session.scalars(db.select(Event.id).filter_by(slug=slug)).one()
    notices = db.select(PrivacyNotice.number, PrivacyNotice.text).filter_by(event_id=event_id, kind="photo")
    words = db.select(LetterText.kind, LetterText.language, LetterText.subject, LetterText.body)
    return (
        [tuple(row) for row in db.session.execute(notices)],
        [tuple(row) for row in db.session.execute(words.filter_by(event_id=event_id))],
    )


def exported(app: Flask, slug: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(app, "export", slug).output)
    return document


@pytest.mark.usefixtures("event")
def test_a_file_brings_everything_back_and_changes_nothing_where_it_came_from(app: Flask, tmp_path: Path) -> None:
    whole = exported(app, "walk")
    file = tmp_path / "walk.json"
    file.write_text(json.dumps(whole))
    assert "walk was equal to the file already." in run(app, "import", str(file)).output
    whole["event"]["slug"] = "elsewhere"
    file.write_text(json.dumps(whole))
    assert run(app, "import", str(file)).exit_code == 0
    assert columns_of("elsewhere") == SETTINGS
    assert beside("elsewhere") == beside("walk") == (
        [(3, both("写真", "Photos"))],
        [("confirmed", "ja", "{event}", "{name} 様")],
    )  # fmt: skip
    assert exported(app, "elsewhere") == whole


@pytest.mark.usefixtures("event")
def test_a_file_that_holds_no_settings_leaves_them_and_one_that_holds_some_sets_all(app: Flask) -> None:
    assert run(app, "import", "-", given=json.dumps(small())).exit_code == 0
    assert columns_of("walk") == SETTINGS
    assert len(beside("walk")[1]) == 1
    some = small(registration={"waiting_mode": "off"})
    assert run(app, "import", "-", given=json.dumps(some)).exit_code == 0
    found = columns_of("walk")
    assert (found["waiting_mode"], found["guardian_age"], found["address_limit"]) == ("off", 16, None)
    assert found["changes_close_at"] is None
    assert beside("walk")[1] == []


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize(
    ("registration", "more", "path"),
    [
        ({"waiting_mode": "maybe"}, {}, "event.registration.waiting_mode"),
        ({"class_categories": {"pupils": "nobody"}}, {}, "event.registration.class_categories.pupils"),
        ({"changes_close_at": "2026-02-30T10:00"}, {}, "event.registration.changes_close_at"),
        ({"offer_minutes": 0}, {}, "event.registration.offer_minutes"),
        ({}, {"photo_notice": {"number": 3, "text": both("ほか", "Other")}}, "photo_notice.number"),
        ({}, {"photo_notice": {"number": 2, "text": both("写真", "Photos")}}, "photo_notice.number"),
        ({}, {"letters": [{"kind": "no", "language": "ja", "subject": "a", "body": "b"}]}, "letters.no.ja"),
        (
            {},
            {"letters": [{"kind": "thanks", "language": "ja", "subject": "a", "body": "{link}"}]},
            "letters.thanks.ja.body",
        ),
        ({}, {"letters": [{"kind": "thanks", "language": "ja", "subject": "a", "body": "b"}] * 2}, "letters[1]"),
        ({}, {"letters": [{"kind": "thanks"}, 7]}, "letters[0].body"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    app: Flask, registration: dict[str, Any], more: dict[str, Any], path: str
) -> None:
    document = small(registration=registration) | more
    answer = run(app, "import", "-", given=json.dumps(document))
    assert answer.exit_code == 1
    assert f"\n{path}: " in answer.output
    assert columns_of("walk") == SETTINGS


@pytest.mark.usefixtures("event")
def test_a_copy_takes_the_settings_along_and_moves_their_dates(app: Flask) -> None:
    assert run(app, "copy", "walk", "again", "--starts-on", "2027-10-02").exit_code == 0
    later = date(2027, 10, 2) - date(2026, 10, 3)
    moved = {name: SETTINGS[name] + later for name in ("changes_close_at", "class_numbers_due_at")}
    assert columns_of("again") == SETTINGS | moved | {"feedback_url": None}
    assert beside("again") == beside("walk")

"""`uketsuke event`: import, export, release."""

import json
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.programme.cli import load_demo
from app.programme.models import Event, Release
from registrations.cli import event
from tests.make import NOON, Make
from tests.programme.files import DEMO, bring_in, demo, small


def run(app: Flask, *words: str, text: str | None = None) -> Result:
    return app.test_cli_runner().invoke(event, list(words), input=text)


def test_a_file_becomes_an_event_and_comes_back_as_it_was(app: Flask, make: Make, tmp_path: Path) -> None:
    make.host()
    done = run(app, "import", str(DEMO / "yocolab-2023.json"))
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "yocolab-2023 is new: 13 sessions. The public sees it after its first release.",
        "The file also holds attendance by 5 categories; that stays in the file.",
    ]
    out = tmp_path / "out.json"
    assert run(app, "export", "yocolab-2023", "--out", str(out)).exit_code == 0
    document = demo("yocolab-2023")
    del document["attendance"]
    usual = {"waiting_mode": "promote", "offer_minutes": 1440, "waiting_ends_minutes": 120, "guardian_age": 16}
    switches = {"party_kinds": ["person", "family"], "asks_photo": False, "confirms_mail": False}
    document["event"]["registration"] = {**usual, **switches}
    document["questions"] = []
    assert json.loads(out.read_text(encoding="utf-8")) == document
    assert run(app, "export", "yocolab-2023").output == out.read_text(encoding="utf-8")
    again = run(app, "import", str(out))
    assert again.output == "yocolab-2023 was equal to the file already.\n"


def test_standard_input_is_a_file_too(app: Flask, make: Make) -> None:
    make.host()
    assert run(app, "import", "-", text=json.dumps(small())).exit_code == 0


def test_a_bad_file_is_refused_with_every_fault_and_exit_code_1(app: Flask, make: Make) -> None:
    make.host()
    document = small()
    document["sessions"][0] |= {"room": "hall/attic", "capacity": -1}
    done = run(app, "import", "-", text=json.dumps(document))
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "-: 2 faults, nothing was written.",
        "sessions[0].capacity: -1 – expected 0 or more",
        'sessions[0].room: "hall/attic" – expected one of the rooms of this file: hall/foyer',
    ]
    assert db.session.scalars(select(Event)).all() == []


def test_with_several_hosts_one_has_to_be_named(app: Flask, make: Make) -> None:
    make.host("yokohama")
    kawasaki = make.host("kawasaki")
    done = run(app, "import", "-", text=json.dumps(small()))
    assert str(done.exception) == "Say whose event it is with --host; there are: kawasaki, yokohama."
    assert run(app, "import", "-", "--host", "kawasaki", text=json.dumps(small())).exit_code == 0
    assert db.session.scalar(select(Event.host_id)) == kawasaki.id


def test_a_change_is_counted(app: Flask, make: Make) -> None:
    document = small()
    bring_in(make.host(), document)
    document["sessions"][0]["title"]["ja"] = "別の題"
    assert run(app, "import", "-", text=json.dumps(document)).output == (
        "walk: 0 added, 1 changed, 0 removed. The public sees it after a release.\n"
    )


def test_errors_stop_a_release_and_warnings_ask(app: Flask, make: Make) -> None:
    host, document = make.host(), small(languages=["ja", "en"])
    document["sessions"][0]["title"] = {"ja": "春のまち歩き"}
    bring_in(host, document)
    said = "Warning: walk has no title in en.\n"
    assert (run(app, "check", "walk").exit_code, run(app, "check", "walk").stderr) == (0, said)
    assert str(run(app, "release", "walk", text="n\n").exception) == "walk was not released."
    assert run(app, "release", "walk", text="y\n").exit_code == 0
    assert run(app, "release", "walk", "--yes").exit_code == 0
    del document["sessions"][0]["room"]
    bring_in(host, document)
    checked = run(app, "check", "walk")
    assert (checked.exit_code, checked.stderr.splitlines()[0]) == (
        1, "Error: walk has neither a room nor an online address."
    )  # fmt: skip
    assert str(run(app, "release", "walk", "--yes").exception) == "walk was not released: mend the errors first."
    assert db.session.scalars(select(Release.number)).all() == [1, 2]


def test_a_release_is_made_and_numbered(app: Flask, make: Make) -> None:
    bring_in(make.host(), small(languages=["ja", "en"]))
    assert run(app, "release", "walk").output == "walk: release 1, 0 changes since the last one.\n"
    assert db.session.scalars(select(Release.number)).all() == [1]


def test_an_event_that_is_not_there_is_named(app: Flask) -> None:
    for verb in ("export", "release"):
        assert str(run(app, verb, "nowhere").exception) == "There is no event nowhere."


def test_the_demonstrations_are_read_from_files_of_the_program() -> None:
    assert load_demo("practice", at=NOON).practice is not None
    assert load_demo("yocolab-2023", at=NOON).attendance is not None

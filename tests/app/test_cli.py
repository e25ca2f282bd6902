"""The command line: help without loading anything, people on the staff, faults in one sentence."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from werkzeug.routing import Map, Rule

from app.accounts.models import Account, Host, Membership
from app.accounts.passwords import verify_password
from app.audit import AuditEntry
from app.cli import COMMANDS, uketsuke
from app.console.cli import user
from app.db import db
from app.errors import Invalid
from app.web.actors import Role
from app.web.pages import Address
from tests.app.server import ROOT, environment, run
from tests.make import PASSWORD, Make


def call(app: Flask, *arguments: str, typed: str = "") -> Result:
    """`uketsuke user …` on the application of this test."""
    result = CliRunner().invoke(user, arguments, obj=ScriptInfo(create_app=lambda: app), input=typed)
    db.session.rollback()
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_help_lists_every_command_and_loads_nothing_heavy() -> None:
    script = (
        "import sys; from app.cli import uketsuke; uketsuke.main(['--help'], standalone_mode=False);"
        "print(sorted({'flask', 'sqlalchemy', 'granian', 'matplotlib', 'cryptography'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.rstrip().endswith("[]")
    assert [command.name for command in COMMANDS if f"  {command.name}" not in shown] == []


def test_a_start_loads_nothing_that_only_some_pages_need(tmp_path: Path) -> None:
    rare = {
        "PIL",
        "alembic",
        "docx",
        "icalendar",
        "jsonschema",
        "markdown_it",
        "matplotlib",
        "nh3",
        "numpy",
        "openpyxl",
        "qrcode",
        "typst",
    }
    script = (
        "import sys; from app import create_app; create_app();"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    settings = environment(tmp_path, 8000)
    loaded = subprocess.run(
        [sys.executable, "-c", script], env=settings, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {"flask", "sqlalchemy"} <= set(loaded.stdout.split())
    assert sorted(rare & set(loaded.stdout.split())) == []


def test_addresses_are_put_together_like_those_of_werkzeug() -> None:
    theirs, ours = (
        Map(
            [kind("/events/<slug>/days/<int:day>", endpoint="day"), kind("/t/", endpoint="t", defaults={"page": 1})]
        ).bind("x")
        for kind in (Rule, Address)
    )
    for endpoint, values in (
        ("day", {"slug": "秋 祭", "day": 3, "page": 2}),
        ("t", {"page": 1, "q": ["a", "b"]}),
        ("t", {}),
    ):
        assert ours.build(endpoint, values) == theirs.build(endpoint, values)
        assert ours.build(endpoint, values, append_unknown=False) == theirs.build(
            endpoint, values, append_unknown=False
        )


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(uketsuke, [command, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage: " in result.output


def test_settings_are_listed_with_their_defaults(tmp_path: Path) -> None:
    listed = run(tmp_path, "settings").stdout
    assert re.search(r"^UKETSUKE_PORT +port to listen on.*\(default: 8000\)$", listed, re.MULTILINE)


def test_a_new_person_gets_a_password_that_is_shown_once(app: Flask, make: Make) -> None:
    make.event()
    result = call(app, "add", " Olga@Example.JP ", "--name", "Olga", "--role", "organiser")
    assert result.exit_code == 0
    password = re.search(r"Password, shown only now: (\S+)", result.output)
    account = db.session.scalars(db.select(Account)).one()
    assert (account.email, account.name) == ("olga@example.jp", "Olga")
    assert password
    assert verify_password(account.password_hash, password[1])
    assert db.session.scalars(db.select(Membership)).one().event_id is None
    assert db.session.scalars(db.select(AuditEntry.verb)).all() == ["role.grant"]


def test_a_role_can_be_for_one_event(app: Flask, make: Make) -> None:
    event = make.event("fair")
    call(app, "add", "dora@example.jp", "--name", "Dora", "--role", "door", "--event", "fair")
    membership = db.session.scalars(db.select(Membership)).one()
    assert (membership.event_id, membership.host_id, membership.role) == (event.id, event.host_id, Role.DOOR)


def test_somebody_known_gets_the_role_and_keeps_the_password(app: Flask, make: Make) -> None:
    event = make.event("fair")
    olga = make.olga(event)
    result = call(app, "add", "olga@example.jp", "--name", "Olga", "--role", "owner", "--event", "fair")
    assert "Password" not in result.output
    db.session.expire_all()
    assert verify_password(db.session.get_one(Account, olga.id).password_hash, PASSWORD)
    assert db.session.scalars(db.select(Membership.role)).all() == [Role.OWNER]


def test_a_password_can_be_asked_for(app: Flask, make: Make) -> None:
    make.event()
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    result = call(app, "add", "olga@example.jp", "--name", "Olga", "--role", "owner", "--ask", typed=typed)
    assert PASSWORD not in result.output
    assert verify_password(db.session.scalars(db.select(Account.password_hash)).one(), PASSWORD)


def test_a_short_password_and_a_bad_address_are_refused(app: Flask, make: Make) -> None:
    make.event()
    short = call(app, "add", "olga@example.jp", "--name", "Olga", "--role", "owner", "--ask", typed="short\nshort\n")
    bad = call(app, "add", "olga", "--name", "Olga", "--role", "owner")
    assert (short.exit_code, bad.exit_code) == (1, 1)
    assert "A password has 10 to 200 characters." in short.output
    assert "'olga' is not a mail address." in bad.output
    assert db.session.scalars(db.select(Account)).all() == []


def test_the_first_person_of_an_empty_installation_gets_a_host(app: Flask) -> None:
    call(app, "add", "olga@example.jp", "--name", "Olga", "--role", "owner")
    assert len(db.session.scalars(db.select(Host)).all()) == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--event", "none"), "There is no event 'none'."),
        (("--host", "none"), "There is no host 'none', only: a, b."),
        ((), "Say which host with --host: a, b."),
    ],
)
def test_where_several_hosts_live_the_host_is_asked_for(
    app: Flask, make: Make, more: tuple[str, ...], sentence: str
) -> None:
    make.host("a")
    make.host("b")
    with pytest.raises(Invalid) as refused:
        call(app, "add", "olga@example.jp", "--name", "Olga", "--role", "owner", *more)
    assert str(refused.value) == sentence


def test_a_new_password_from_the_command_line_ends_every_sign_in(app: Flask, make: Make) -> None:
    olga = make.olga(make.event())
    browser = make.signed_in(olga)
    result = call(app, "password", "olga@example.jp")
    shown = re.search(r"shown only now: (\S+)", result.output)
    db.session.expire_all()
    assert shown
    assert verify_password(db.session.get_one(Account, olga.id).password_hash, shown[1])
    assert browser.get("/console/").status_code == 302
    assert call(app, "password", "nobody@example.jp").exit_code == 1


def test_the_list_shows_everybody_with_every_role(app: Flask, make: Make) -> None:
    event = make.event("fair")
    make.olga(event)
    make.account("Victor", Role.VIEWER)
    make.account("Sam")
    lines = [line.split("\t") for line in call(app, "list").output.strip().split("\n")]
    assert lines == [
        ["olga@example.jp", "Olga", "organiser in fair"],
        ["sam@example.jp", "Sam", "no role"],
        ["victor@example.jp", "Victor", "viewer in every event"],
    ]


def test_commands_wait_for_an_upgrade_and_change_nothing(tmp_path: Path) -> None:
    ended = run(tmp_path, "user", "list")
    assert ended.returncode == 1
    assert ended.stderr == "uketsuke: The database is not ready for this version. Run `uketsuke db upgrade` first.\n"
    assert list(tmp_path.iterdir()) == []


def test_upgrading_twice_says_that_there_was_nothing_to_do(tmp_path: Path) -> None:
    first, second = run(tmp_path / "a", "db", "upgrade"), run(tmp_path / "a", "db", "upgrade")
    assert first.stdout.startswith("The database is now at revision")
    assert second.stdout.startswith("The database was at revision")


def test_tls_init_prints_the_settings_to_use(tmp_path: Path) -> None:
    ended = run(tmp_path, "tls", "init", "--host", "192.168.1.20", port=8443)
    assert ended.returncode == 0
    assert f"UKETSUKE_TLS_CERT={tmp_path}/tls/server.crt" in ended.stdout
    assert run(tmp_path, "tls", "init", "--host", "no host").returncode == 1


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["user", "password", "nobody@example.jp"], 1, "uketsuke: Nobody has the mail address 'nobody@example.jp'.\n"),
        (["user", "add", "nobody", "--name", "A", "--role", "owner"], 1, "uketsuke: 'nobody' is not a mail address.\n"),
        (["user", "add", "a@example.jp", "--role", "owner"], 2, "uketsuke: Missing option '--name'.\n"),
        (["no-such"], 2, "uketsuke: No such command 'no-such'.\n"),
        (["event", "export", "none", "--format", "json"], 1, "uketsuke: There is no event none.\n"),
        (["event", "import", "/none.json"], 2, "File '/none.json' does not exist.\n"),
    ],
)
def test_every_command_says_in_the_same_way_what_is_wrong(folder: Path, typed: list[str], code: int, said: str) -> None:
    ended = run(folder, *typed)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert ended.stderr.endswith(said)
    assert "Error" not in ended.stderr
    assert ended.stderr.startswith("Usage: uketsuke" if code == 2 else "uketsuke: ")


def test_who_does_not_say_yes_is_told_that_nothing_was_done(folder: Path) -> None:
    ended = run(folder, "user", "add", "olga@example.jp", "--name", "Olga", "--role", "owner", "--ask")
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (1, "uketsuke: Broken off.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty installation."""
    folder = tmp_path_factory.mktemp("empty")
    assert run(folder, "db", "upgrade").returncode == 0
    return folder

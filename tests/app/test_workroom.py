"""The workroom: private, near, there as long as somebody works in it, and cleared away afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app import workroom
from app.workroom import PREFIX, enter, here


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this machine's folder for passing files is, once pytest has its own."""
    assert tmp_path.is_dir()
    with tempfile.TemporaryDirectory(prefix="around-", dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def nowhere_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has not entered any."""
    monkeypatch.setattr(workroom, "_mine", None)


def test_nobody_else_may_look_into_it_and_it_goes_with_the_server(around: Path, tmp_path: Path) -> None:
    with workroom.workroom(spare=tmp_path) as room:
        assert room.parent == around
        assert room.stat().st_mode & 0o777 == 0o700
        (room / "pictures").mkdir()
    assert list(around.iterdir()) == []


def test_where_the_machine_has_no_folder_for_it_it_is_in_the_servers_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(tempfile, "gettempdir", none)
    with workroom.workroom(spare=tmp_path) as room:
        assert room.parent == tmp_path


def test_where_that_folder_has_a_long_name_it_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("a" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with workroom.workroom(spare=tmp_path) as room:
        assert room.parent == Path("/tmp")


def test_what_a_killed_server_left_is_cleared_away_and_nothing_else(around: Path, tmp_path: Path) -> None:
    (around / f"{PREFIX}left" / "pictures").mkdir(parents=True)
    (around / "uketsuke-other").mkdir()
    (around / f"{PREFIX}just-made").mkdir()
    for old in (f"{PREFIX}left", "uketsuke-other"):
        os.utime(around / old, (0, 0))
    with ExitStack() as there, workroom.workroom(spare=tmp_path) as first:
        os.utime(first, (0, 0))
        second = there.enter_context(workroom.workroom(spare=tmp_path))
        assert {one.name for one in around.iterdir()} == {
            first.name,
            second.name,
            "uketsuke-other",
            f"{PREFIX}just-made",
        }


def test_a_process_works_where_it_was_told_to(around: Path, tmp_path: Path, nowhere_yet: None) -> None:
    with workroom.workroom(spare=tmp_path) as room:
        enter(room)
        assert here() == room


def test_a_process_that_nobody_told_works_in_one_of_its_own_also_after_it_was_taken_away(
    around: Path, nowhere_yet: None
) -> None:
    room = here()
    assert here() == room
    assert room.parent == around
    room.rename(around / "elsewhere")
    other = here()
    assert other.is_dir()
    assert other != room

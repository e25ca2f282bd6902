"""Several requests, one commit: everybody is kept or told, nobody is answered early, nobody waits forever."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import group
from app.accounts.models import Host
from app.db import db, wired
from app.group import Alike, NotWritten, write_together
from app.writer import Wire, Writer
from tests.app.test_direct import ADD, host


def adding(slug: str, *, first: Callable[[], object] = lambda: None) -> Callable[[Wire], str]:
    """Adds a host, after `first`."""

    def work(wire: Wire) -> str:
        first()
        ADD.write(wire, [host(slug)])
        return slug

    return work


def slugs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Host.slug).order_by(Host.slug)))


Work = Callable[[Wire], str] | tuple[Callable[[Wire], str], Alike]


def at_once(app: Flask, works: Sequence[Work]) -> list[Any]:
    """The first one leads and is held up until all the others wait; what came of each."""
    outcomes: list[Any] = [None] * len(works)
    leading, let_go = threading.Event(), threading.Event()

    def run(number: int) -> None:
        given = works[number]
        work, like = given if isinstance(given, tuple) else (given, None)

        def held(wire: Wire) -> str:
            if number == 0:
                leading.set()
                let_go.wait(5)
            return work(wire)

        with app.app_context():
            try:
                outcomes[number] = write_together(held, alike=like)
            except BaseException as error:  # noqa: BLE001  what went wrong is what came of it
                outcomes[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    threads[0].start()
    assert leading.wait(5)
    for thread in threads[1:]:
        thread.start()
    waiting = app.extensions["uketsuke_group"]
    wait = not waiting.alike_only or any(isinstance(one, tuple) for one in works)
    while wait and len(waiting.waiting) < len(works) - 1:
        threading.Event().wait(0.01)
    let_go.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    return outcomes


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each transaction."""
    counted: list[int] = []

    @contextmanager
    def counting(writer: Writer) -> Iterator[Wire]:
        with wired(writer) as wire:
            yield wire
        counted.append(1)

    monkeypatch.setattr(group, "wired", counting)
    return counted


def test_who_waits_is_taken_along_in_the_next_commit(app: Flask, commits: list[int], database: str) -> None:
    names = [f"h{number}" for number in range(8)]
    assert at_once(app, [adding(name) for name in names]) == names
    assert slugs() == names
    assert len(commits) == (2 if database == "sqlite" else 8)


@pytest.mark.parametrize("others", [0, 1])
def test_who_was_lately_taken_along_is_waited_for_a_moment(
    app: Flask, commits: list[int], database: str, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    """Until they are there, or do not come; on PostgreSQL nobody waits."""
    at_once(app, [adding(slug) for slug in "abc"])
    before, waited = len(commits), database == "sqlite"
    monkeypatch.setattr(group, "MOMENT", 20 if others else 0.01)

    def run(slug: str) -> None:
        with app.app_context():
            write_together(adding(slug))

    threads = [threading.Thread(target=run, args=(slug,)) for slug in "de"[: 1 + others]]
    for thread in threads:
        thread.start()
        while others and waited and thread is threads[0] and app.extensions["uketsuke_group"].expected != 2:
            threading.Event().wait(0.01)
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert slugs() == list("abcde")[: 4 + others]
    assert len(commits) - before == (1 if waited else 1 + others)


def test_a_failure_is_its_own_and_takes_nobody_along(app: Flask) -> None:
    def fail() -> None:
        raise ValueError

    outcomes = at_once(app, [adding("a"), adding("b"), adding("bad", first=fail), adding("b"), adding("c")])
    assert [outcomes[0], outcomes[4]] == ["a", "c"]
    assert isinstance(outcomes[2], ValueError)
    assert sorted(str(one) == "b" for one in (outcomes[1], outcomes[3])) == [False, True]
    assert slugs() == ["a", "b", "c"]


def test_without_a_commit_everybody_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    @contextmanager
    def never(writer: Writer) -> Iterator[Wire]:
        with wired(writer) as wire:
            yield wire
            raise OSError("disk full")

    monkeypatch.setattr(group, "wired", never)
    outcomes = at_once(app, [adding(name) for name in "abc"])
    assert [type(one) for one in outcomes] == [OSError] * 3
    assert slugs() == []
    monkeypatch.undo()
    assert write_together(adding("d")) == "d"
    assert slugs() == ["d"]


def test_when_the_one_who_leads_is_ended_the_others_are_told_and_the_next_one_leads(app: Flask, database: str) -> None:
    def end() -> None:
        raise SystemExit

    outcomes = at_once(app, [adding("a"), adding("b", first=end), adding("c")])
    told = [SystemExit, NotWritten] if database == "sqlite" else [SystemExit, str]
    assert outcomes[0] == "a"
    assert sorted(type(one).__name__ for one in outcomes[1:]) == sorted(kind.__name__ for kind in told)
    assert write_together(adding("d")) == "d"


def alike(slug: str) -> Alike:
    """Hosts whose slugs begin with the same letter are added by one statement."""
    return Alike(slug[0], slug, add_all)


def add_all(wire: Wire, slugs: list[str]) -> list[str]:
    ADD.write(wire, [host(slug) for slug in slugs])
    return [f"{slug} of {len(slugs)}" for slug in slugs]


@pytest.fixture
def one_leader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "LEADERS", 1)


@pytest.mark.usefixtures("one_leader")
def test_works_that_are_alike_are_done_as_one(app: Flask) -> None:
    works = {name: (adding(name), alike(name)) for name in ("lead", "a1", "a2", "b1", "a3")}
    outcomes = at_once(app, list(works.values()))
    assert outcomes == ["lead", "a1 of 3", "a2 of 3", "b1", "a3 of 3"]
    assert slugs() == sorted(works)


@pytest.mark.usefixtures("one_leader")
def test_on_postgresql_works_share_a_transaction_only_with_their_like(
    app: Flask, commits: list[int], database: str
) -> None:
    at_once(app, [(adding(name), alike(name)) for name in ("lead", "a1", "b1", "a2", "b2", "c1")])
    assert len(commits) == (2 if database == "sqlite" else 4)


def test_with_several_leaders_everybody_is_kept_and_told_once(app: Flask) -> None:
    names = [f"{letter}{number:02}" for letter in "abc" for number in range(20)]
    outcomes: dict[str, str] = {}
    start = threading.Barrier(len(names))

    def run(name: str) -> None:
        start.wait(10)
        with app.app_context():
            outcomes[name] = write_together(adding(name), alike=alike(name))

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert {name: said.split()[0] for name, said in outcomes.items()} == {name: name for name in names}
    assert slugs() == sorted(names)


@pytest.mark.usefixtures("one_leader")
def test_what_fails_among_its_like_is_its_own(app: Flask) -> None:
    names = ("lead", "a1", "a2", "a2", "b1")
    outcomes = at_once(app, [(adding(name), alike(name)) for name in names])
    assert [outcomes[0], outcomes[1], outcomes[4]] == ["lead", "a1", "b1"]
    assert sorted(str(one) == "a2" for one in outcomes[2:4]) == [False, True]
    assert slugs() == ["a1", "a2", "b1", "lead"]


def test_on_postgresql_a_second_one_leads_while_the_first_is_held_up(
    app: Flask, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "PATIENCE", 0.01)
    leading, overtaken = threading.Event(), threading.Event()
    seen: list[bool] = []

    def held_up() -> None:
        leading.set()
        seen.append(overtaken.wait(0.3 if database == "sqlite" else 10))

    def run(slug: str, first: Callable[[], object], after: Callable[[], object]) -> None:
        with app.app_context():
            write_together(adding(slug, first=first), alike=alike(slug))
        after()

    threads = [
        threading.Thread(target=run, args=("a1", held_up, lambda: None)),
        threading.Thread(target=run, args=("a2", lambda: None, overtaken.set)),
    ]
    threads[0].start()
    assert leading.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert seen == [database == "postgresql"]
    assert slugs() == ["a1", "a2"]
    assert write_together(adding("a3")) == "a3"

"""Turns at work: in the order in which threads came, and given up while one only waits."""

import threading
import time
from dataclasses import replace
from pathlib import Path

from app.config import Settings
from app.turns import Places, aside
from app.writer import Writer


def test_who_waits_longest_is_next_and_nobody_who_just_came_goes_before() -> None:
    places, order = Places(1), []

    def work(name: str) -> None:
        with places:
            order.append(name)

    with places:
        early = [threading.Thread(target=work, args=(name,)) for name in ("first", "second")]
        for number, thread in enumerate(early, 1):
            thread.start()
            while len(places.waiting) < number:
                time.sleep(0.001)
    work("came when the place was handed over")
    for thread in early:
        thread.join()
    assert order == ["first", "second", "came when the place was handed over"]
    assert (places.free, len(places.waiting)) == (1, 0)


def test_who_only_waits_lets_others_work_and_comes_back_before_all_who_wait() -> None:
    places, order, held = Places(1), [], threading.Lock()
    held.acquire()

    def writes() -> None:
        with places:
            with aside():
                held.acquire()
            order.append("writes")
            held.release()

    def works(name: str) -> None:
        with places:
            order.append(name)

    writer = threading.Thread(target=writes)
    writer.start()
    while not places.free:  # it waits aside
        time.sleep(0.001)
    works("meanwhile")
    with places:
        late = threading.Thread(target=works, args=("late",))
        late.start()
        while len(places.waiting) < 1:
            time.sleep(0.001)
        held.release()
        while len(places.waiting) < 2:
            time.sleep(0.001)
    writer.join()
    late.join()
    assert order == ["meanwhile", "writes", "late"]
    assert (places.free, len(places.waiting)) == (1, 0)


def test_outside_of_a_place_nothing_is_given_up() -> None:
    with aside():
        pass


def test_who_waits_for_the_place_to_write_gives_its_turn_away(settings: Settings, tmp_path: Path) -> None:
    writer = Writer(replace(settings, database_url=f"sqlite:///{tmp_path / 'written.sqlite3'}"))
    places, entered, worked = Places(1), threading.Event(), threading.Event()

    def writes() -> None:
        with places:
            entered.set()
            with writer.held():
                pass

    def works() -> None:
        with places:
            worked.set()

    threads = [threading.Thread(target=one) for one in (writes, works)]
    with writer.held():
        threads[0].start()
        entered.wait(10)
        threads[1].start()
        meanwhile = worked.wait(5)
    for thread in threads:
        thread.join(10)
    writer.close()
    assert (meanwhile, places.free) == (True, 1)

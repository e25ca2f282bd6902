"""Bodies arrive whole before anybody works on them; who sends little, much or never is told apart."""

import threading
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from app.web.intake import SLOW_BODIES_EACH, Intake, Places


class Application:
    """Keeps what reaches it, and how many requests were worked on at once."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.at_work = 0
        self.most = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        time.sleep(0.02)
        self.at_work -= 1
        self.bodies.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b"done"]


class Pipe:
    """A body that stays on its way until it is let go."""

    def __init__(self) -> None:
        self.gone = threading.Event()

    def read(self, _size: int) -> bytes:
        self.gone.wait(20)
        return b"late"


def ask(intake: Intake, body: Any = b"", address: str = "192.0.2.1", **environ: str) -> str:
    statuses: list[str] = []
    stream = BytesIO(body) if isinstance(body, bytes) else body
    given = {"wsgi.input": stream, "REMOTE_ADDR": address, **environ}
    list(intake(given, lambda status, _headers: statuses.append(status)))
    return statuses[0]


def around(inner: Application, *, at_work: int = 2, trusted: str = "") -> Intake:
    return Intake(inner, at_work=at_work, largest=100, trusted=lambda address: address == trusted)


def test_a_body_reaches_the_application_whole() -> None:
    inner = Application()
    assert ask(around(inner), b"hello", CONTENT_LENGTH="5") == "200 OK"
    assert ask(around(inner), b"in pieces", HTTP_TRANSFER_ENCODING="chunked") == "200 OK"
    assert inner.bodies == [b"hello", b"in pieces"]


def test_a_body_cut_short_is_refused_and_never_taken_for_a_whole_one() -> None:
    inner = Application()
    assert ask(around(inner), b"name=Ana&party=", CONTENT_LENGTH="40") == "400 Bad Request"
    assert inner.bodies == []


def test_a_body_without_end_is_cut_where_the_application_sees_that_it_is_too_long() -> None:
    inner = Application()
    environ = {"HTTP_TRANSFER_ENCODING": "chunked"}
    ask(around(inner), b"x" * 5000, **environ)
    assert len(inner.bodies[0]) == 101


def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    class Unread:
        def read(self, _size: int = -1) -> bytes:
            return b"left to the application"

    inner = Application()
    ask(around(inner), Unread(), CONTENT_LENGTH="101")
    assert inner.bodies == [b"left to the application"]


def test_no_more_requests_are_worked_on_at_once_than_there_are_places() -> None:
    inner = Application()
    intake = around(inner, at_work=2)
    threads = [threading.Thread(target=ask, args=(intake,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inner.most, len(inner.bodies)) == (2, 8)


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


def test_scans_do_not_queue_behind_pages() -> None:
    class Busy(Application):
        """Every page waits until it is let go; a scan does not."""

        def __init__(self) -> None:
            super().__init__()
            self.let_go = threading.Event()
            self.pages = threading.Semaphore(0)

        def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if not environ["PATH_INFO"].endswith("/scans"):
                self.pages.release()
                self.let_go.wait(10)
            start_response("200 OK", [])
            return [b"done"]

    inner = Busy()
    intake = around(inner, at_work=2)
    pages = [threading.Thread(target=ask, args=(intake,), kwargs={"PATH_INFO": "/events/"}) for _ in range(2)]
    for page in pages:
        page.start()
        assert inner.pages.acquire(timeout=10)
    scan = threading.Thread(target=ask, args=(intake,), kwargs={"PATH_INFO": "/api/v1/events/a-b/scans"})
    scan.start()
    scan.join(5)
    answered = not scan.is_alive()
    inner.let_go.set()
    for page in pages:
        page.join()
    assert answered


def test_slow_senders_hold_no_place_and_one_address_holds_only_so_many(monkeypatch: Any) -> None:
    monkeypatch.setattr("app.web.intake.SLOW_SECONDS", 0.1)
    inner = Application()
    intake, pipe = around(inner, at_work=1, trusted="10.0.0.1"), Pipe()
    slow = [
        threading.Thread(target=ask, args=(intake, pipe), kwargs={"CONTENT_LENGTH": "4"})
        for _ in range(SLOW_BODIES_EACH)
    ]
    for thread in slow:
        thread.start()
    assert ask(intake) == "200 OK"
    time.sleep(0.2)
    assert ask(intake, b"more", CONTENT_LENGTH="4") == "503 Service Unavailable"
    assert ask(intake, b"else", address="192.0.2.2", CONTENT_LENGTH="4") == "200 OK"
    assert ask(intake, b"many", address="10.0.0.1", CONTENT_LENGTH="4") == "200 OK"
    pipe.gone.set()
    for thread in slow:
        thread.join()
    assert ask(intake, b"more", CONTENT_LENGTH="4") == "200 OK"
    assert intake.arriving == {}

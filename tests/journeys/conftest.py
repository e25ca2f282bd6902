"""The whole product as people meet it: the real server with its demonstration, a real mail server, real Chromium."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.journeys.product import QUIET, Product, chromium_path, free_port, running, showing


@dataclass
class Mailbox:
    """What a real mail server received."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)

    def letter_to(self, address: str, seconds: float = 15) -> EmailMessage:
        """The first letter to this address, waited for."""
        return self.next_letter_to(address, seconds=seconds)

    def next_letter_to(self, address: str, *known: EmailMessage, seconds: float = 15) -> EmailMessage:
        """The first letter to this address beside those known, waited for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for letter in self.letters:
                if address in str(letter["To"]) and letter not in known:
                    return letter
            time.sleep(0.05)
        raise AssertionError(f"no letter among {len(self.letters)}")


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server that keeps what it gets."""
    kept = Mailbox(free_port())

    class Keep:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            kept.letters.append(message_from_bytes(envelope.content, policy=policy.default))
            return "250 kept"

    controller = Controller(Keep(), hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


LONGEST = timedelta(minutes=25)
"""More than the journeys take on a busy machine."""


def wait_over_midnight() -> None:
    """The practice event runs on the day it is made: a run that began just before midnight would see its days pass."""
    here = datetime.now(ZoneInfo("Asia/Tokyo"))
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if midnight - here < LONGEST:
        time.sleep((midnight - here).total_seconds() + 1)


@pytest.fixture(scope="session")
def product(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demonstration as `make run` starts it, on a port and in a folder of its own."""
    wait_over_midnight()
    with running(tmp_path_factory.mktemp("product"), UKETSUKE_MAIL_URL=f"smtp+plain://127.0.0.1:{mailbox.port}") as it:
        yield it


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running_playwright:
        yield running_playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium without a camera."""
    chromium = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
    yield chromium
    chromium.close()


@pytest.fixture
def with_camera(playwright: Playwright) -> Iterator[Callable[[Path], Browser]]:
    """Chromium whose camera plays a film, once it is given one."""
    started: list[Browser] = []

    def start(film: Path) -> Browser:
        arguments = [*QUIET, *showing(film)]
        started.append(playwright.chromium.launch(executable_path=chromium_path(), args=arguments))
        return started[-1]

    yield start
    for chromium in started:
        chromium.close()

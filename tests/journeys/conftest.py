"""The whole product as people meet it: the real server with its demonstration, a real mail server, real Chromium."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Mailbox:
    """What a real mail server received."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)

    def letter_to(self, address: str, seconds: float = 15) -> EmailMessage:
        """The first letter to this address, waited for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for letter in self.letters:
                if address in str(letter["To"]):
                    return letter
            time.sleep(0.05)
        raise AssertionError(f"no letter among {len(self.letters)}")


@dataclass(frozen=True)
class Product:
    """A running demonstration: its address and the sign-ins it printed."""

    base_url: str
    data_dir: Path
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server that keeps what it gets."""
    kept = Mailbox(free_port())

    class Keep:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            kept.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
            return "250 kept"

    controller = Controller(Keep(), hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


@pytest.fixture(scope="session")
def product(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demonstration as `make run` starts it, on a port and in a folder of its own."""
    with running(tmp_path_factory.mktemp("product"), UKETSUKE_MAIL_URL=f"smtp+plain://127.0.0.1:{mailbox.port}") as it:
        yield it


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Product]:
    """`uketsuke serve --demo` until the end of this context."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UKETSUKE_")}
    environment |= {
        "UKETSUKE_DATA_DIR": str(folder),
        "UKETSUKE_PORT": str(port),
        "UKETSUKE_RATE_LIMITS": "off",
        **settings,
    }
    secure = "UKETSUKE_TLS_CERT" in settings
    environment.setdefault("UKETSUKE_BASE_URL", f"{'https' if secure else 'http'}://localhost:{port}")
    command = [str(Path(sys.executable).with_name("uketsuke")), "serve", "--demo"]
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(port, server, folder / "server.log")
        yield Product(environment["UKETSUKE_BASE_URL"], folder, passwords_in(folder))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        log.close()


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server accepts connections."""
    for _ in range(1200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(log.read_text())


def passwords_in(folder: Path) -> dict[str, str]:
    """Mail address to password, as kept beside the database at first start."""
    text = (folder / "demo-passwords.txt").read_text()
    return dict(re.findall(r"^\s*(\S+@\S+)\s+(\S+)", text, re.MULTILINE))


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
        camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        camera.append(f"--use-file-for-fake-video-capture={film}")
        started.append(playwright.chromium.launch(executable_path=chromium_path(), args=[*QUIET, *camera]))
        return started[-1]

    yield start
    for chromium in started:
        chromium.close()


def chromium_path() -> str:
    found = os.environ.get("UKETSUKE_TEST_CHROMIUM") or shutil.which("chromium")
    assert found, "Chromium is not installed: run `make test`, which installs it"
    return found


def sign_in(page: Page, product: Product, who: str, to: str = "/console/") -> None:
    """Sign in as olga, dora … and go to a page."""
    address = next(address for address in product.passwords if address.startswith(who))
    page.goto(f"{product.base_url}/sign-in?next={to}")
    page.fill("input[type=email], input[name=email]", address)
    page.fill("input[type=password]", product.passwords[address])
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{to}")


def axe_faults(page: Page) -> list[str]:
    """What axe-core finds on this page: rule, and where."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [f"{fault['id']}: {node['target']}" for fault in found["violations"] for node in fault["nodes"]]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(base_url: str) -> bool:
    """Whether the server says it is ready."""
    try:
        with urlopen(f"{base_url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False

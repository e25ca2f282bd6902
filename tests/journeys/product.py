"""The running product: its server, its sign-ins, its browser; for journeys and for the pictures of the guide."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

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


@dataclass(frozen=True)
class Product:
    """A running demonstration: its address and the sign-ins it printed."""

    base_url: str
    data_dir: Path
    passwords: dict[str, str]


@contextmanager
def running(folder: Path, *, on_port: str = "", **settings: str) -> Iterator[Product]:
    """`uketsuke serve --demo` until the end of this context; `on_port`: where it was before, which phones know."""
    port = int(on_port or free_port())
    environment = plain_environment() | {
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


def plain_environment() -> dict[str, str]:
    """The environment without settings, and without what the tests themselves are told: `uketsuke` refuses those."""
    return {name: value for name, value in os.environ.items() if not name.startswith("UKETSUKE_")}


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
    return dict(re.findall(r"^(\S+@\S+) \S+ (\S+)$", text, re.MULTILINE))


def showing(film: Path) -> list[str]:
    """Chromium's arguments: this film is the only camera, and its use needs no question."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film.absolute()}",
    ]


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
    """What axe-core finds on this page: rule, and where. A page in which no script ends fails after a minute; evaluated
    straight away, it would keep the run for good."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    run = f"tags => {{ {AXE.read_text()}; return axe.run(document, {{runOnly: {{type: 'tag', values: tags}}}}) }}"
    found = page.wait_for_function(run, arg=tags, timeout=60_000).json_value()
    return [f"{fault['id']}: {node['target']}" for fault in found["violations"] for node in fault["nodes"]]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

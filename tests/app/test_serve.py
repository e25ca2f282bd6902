"""Starting and ending: every reason not to start is one sentence and changes nothing; running requests finish."""

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.config import read_settings
from app.serve import CannotStart, check_folders
from app.web.intake import SLOW_BODIES_EACH
from tests.app.server import Server, free_port, run, serving

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def sentence(stderr: str) -> str:
    """The one line on stderr."""
    lines = stderr.strip().split("\n")
    assert len(lines) == 1, stderr
    assert lines[0].startswith("uketsuke: ")
    return lines[0].removeprefix("uketsuke: ")


def test_it_starts_says_where_to_look_and_ends_cleanly(folder: Path, database: str, database_url: str) -> None:
    settings = {} if database == "sqlite" else {"DATABASE_URL": database_url}
    with serving(folder, **settings) as server:
        assert server.ask("GET", "/readyz") == (200, "ok\n")
        said = server.welcome()
        assert server.end() == 0
    assert f"http://localhost:{server.port}/" in said
    assert f"http://localhost:{server.port}/console/" in said
    assert "practice" not in said


def test_the_database_and_the_secret_are_the_owners_alone_to_read(folder: Path) -> None:
    with serving(folder):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert {"uketsuke.sqlite3", "secret-key"} <= set(modes)


def test_a_busy_port_is_found_before_anything_is_written(folder: Path) -> None:
    with socket.socket() as busy:
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        ended = run(folder, "serve", port=port)
    assert ended.returncode == 1
    assert sentence(ended.stderr) == f"Port {port} is in use by another program. Set UKETSUKE_PORT to a free one."
    assert not folder.exists()


def test_a_second_server_on_the_same_port_does_not_start(folder: Path) -> None:
    with serving(folder) as server:
        ended = run(folder, "serve", port=server.port)
        assert ended.returncode == 1
        assert "in use" in sentence(ended.stderr)
        assert server.ask("GET", "/healthz")[0] == 200


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everywhere; nobody may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("mode", [0o555, 0o700])
def test_a_read_only_or_closed_folder_is_found_before_anything_is_written(open_to_all: Path, mode: int) -> None:
    locked = open_to_all / "locked"
    locked.mkdir(mode=mode)
    settings = read_settings({"UKETSUKE_DATA_DIR": str(locked / "var")})
    with as_nobody(), pytest.raises(CannotStart, match=f"The folder {locked} cannot be written"):
        check_folders(settings)
    assert list(locked.iterdir()) == []


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    ended = run(tmp_path / "file" / "var", "serve", port=free_port())
    assert ended.returncode == 1
    assert "is no folder" in sentence(ended.stderr)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_database_of_a_newer_version_stays_as_it_is(folder: Path) -> None:
    assert run(folder, "db", "upgrade").returncode == 0
    path = folder / "uketsuke.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = path.read_bytes()
    for command in (["serve"], ["db", "upgrade"], ["user", "list"]):
        ended = run(folder, *command, port=free_port())
        assert ended.returncode == 1
        assert "at revision 9999, which this version of Uketsuke does not know" in sentence(ended.stderr)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_stays_as_it_is(folder: Path) -> None:
    folder.mkdir()
    path = folder / "uketsuke.sqlite3"
    path.write_text("a letter to my aunt, longer than a header of a database file would be " * 20)
    before = path.read_bytes()
    ended = run(folder, "serve", port=free_port())
    assert ended.returncode == 1
    assert "is not a database of Uketsuke" in sentence(ended.stderr)
    assert path.read_bytes() == before


def test_a_database_that_does_not_answer_is_one_sentence(folder: Path) -> None:
    ended = run(folder, "serve", port=free_port(), DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert ended.returncode == 1
    assert "The database refused" in sentence(ended.stderr)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"MODE": "production"}, "UKETSUKE_SECRET_KEY is required"),
        ({"TLS_CERT": "/none.crt", "TLS_KEY": "/none.key"}, "UKETSUKE_TLS_CERT names a file that cannot be read"),
        ({"TLS_CERT": "pyproject.toml", "TLS_KEY": "pyproject.toml"}, "do not hold a certificate and its key"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_writes_nothing(
    folder: Path, settings: dict[str, str], expected: str
) -> None:
    ended = run(folder, "serve", port=free_port(), **settings)
    assert ended.returncode == 1
    assert expected in sentence(ended.stderr)
    assert not folder.exists()


def test_with_the_certificate_of_tls_init_it_speaks_https_to_who_trusts_it(folder: Path) -> None:
    assert run(folder, "tls", "init").returncode == 0
    files = {"TLS_CERT": str(folder / "tls" / "server.crt"), "TLS_KEY": str(folder / "tls" / "server.key")}
    with serving(folder, **files) as server:
        assert server.ask("GET", "/readyz") == (200, "ok\n")
        assert "uketsuke-ca.crt" in server.ask("GET", "/trust")[1]
        plain = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" not in plain.recv(100)
        plain.close()
        assert f"https://localhost:{server.port}/console/" in server.welcome()


def begin_post(server: Server) -> socket.socket:
    """A request whose body is still on its way."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nemail")
    return connection


@pytest.mark.parametrize("how", ["end", "interrupt"])
def test_a_running_request_finishes_when_the_server_is_told_to_end(folder: Path, how: str) -> None:
    with serving(folder) as server:
        connection = begin_post(server)
        time.sleep(0.3)
        ending = __import__("threading").Thread(target=getattr(server, how))
        ending.start()
        time.sleep(0.5)
        connection.sendall(b"=a@b.")
        answer = connection.recv(100)
        ending.join()
        connection.close()
    assert answer.startswith(b"HTTP/1.1 400")
    assert server.process.returncode == 0


def test_ctrl_c_reaches_the_supervisor_alone_who_ends_the_worker_once(folder: Path) -> None:
    """A worker that a terminal and its supervisor told to end at the same moment was seen to wait for 30 seconds."""
    with serving(folder) as server:
        children = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True)
        worker = int(children.stdout.split()[-1])
        assert os.getpgid(worker) != os.getpgid(server.process.pid)
        assert server.interrupt() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_a_worker_that_dies_is_replaced(folder: Path) -> None:
    """On the day of an event a server that was killed for memory must not stay away."""
    with serving(folder) as server:
        children = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True)
        os.kill(int(children.stdout.split()[-1]), signal.SIGKILL)
        end = time.monotonic() + 30
        while not _answers(server) and time.monotonic() < end:
            time.sleep(0.1)
        assert server.ask("GET", "/readyz") == (200, "ok\n")
        assert server.end() == 0


def _answers(server: Server) -> bool:
    try:
        return server.ask("GET", "/healthz")[0] == 200
    except OSError:
        return False


def test_who_sends_slowly_keeps_nobody_waiting_and_is_turned_away_in_numbers(folder: Path) -> None:
    with serving(folder, THREADS="2") as server:
        slow = [begin_post(server) for _ in range(SLOW_BODIES_EACH)]
        time.sleep(0.3)
        started = time.monotonic()
        assert server.ask("GET", "/healthz")[0] == 200
        assert time.monotonic() - started < 2
        time.sleep(3.2)
        assert server.ask("POST", "/sign-in", b"email=a")[0] == 503
        for connection in slow:
            connection.close()
        time.sleep(0.5)
        assert server.ask("POST", "/sign-in", b"email=a")[0] == 400


def test_a_body_that_is_too_large_is_refused_with_a_sentence(folder: Path) -> None:
    with serving(folder) as server:
        status, page = server.ask("POST", "/sign-in", b"x" * (1024 * 1024 + 1),
                                  Content_Type="application/x-www-form-urlencoded")  # fmt: skip
        assert status == 413
        assert "<h1>" in page


def test_the_access_log_names_routes_and_never_codes_links_or_addresses(folder: Path) -> None:
    secrets = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "sEcReTlInK", "ana@example.jp", "tokentoken", "203.0.113.9")
    with serving(folder) as server:
        server.ask("GET", f"/t/{secrets[0]}")
        server.ask("GET", f"/r/{secrets[1]}")
        server.ask("GET", f"/console/events/fair/registrations?q={secrets[2]}", Cookie=f"uketsuke={secrets[3]}")
        server.ask("GET", f"/api/v1/events/fair/scans?code={secrets[0]}", Authorization=f"Bearer {secrets[3]}")
        server.ask("GET", f"/no/such/{secrets[0]}", X_Forwarded_For=secrets[4], Referer=f"/r/{secrets[1]}")
        server.ask("POST", "/sign-in", f"email={secrets[2]}&password={secrets[3]}".encode(),
                   Content_Type="application/x-www-form-urlencoded")  # fmt: skip
        assert server.logs("POST /sign-in 400")
    logged = "".join(server.logged + server.said)
    assert [secret for secret in secrets if secret.lower() in logged.lower()] == []

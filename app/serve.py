"""Starting and ending the server.

Every reason not to start is found before anything is written. The database is prepared in a process that ends. The
supervisor never loads the application and stays small: one worker loads it itself, several part from one that did.
"""

import _sqlite3
import ctypes
import errno
import gc
import logging
import os
import signal
import socket
import ssl
import sys
import threading
import time
from functools import partial
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.alone import sending, serving
from app.config import Settings, WrongSetting
from app.faults import told
from app.prepare import needs_preparation, prepare
from app.welcome import welcome
from app.workroom import enter, workroom

if TYPE_CHECKING:
    from flask import Flask

    from app.outbox.worker import Worker

ENDING_SECONDS = 30
"""How long running requests may take to finish when the server is told to end."""

SWITCH_SECONDS = 0.001
"""Who writes holds a lock over several statements, and after each waits for the threads that draw pages: five times
less than Python's own 5 ms. Measured: registrations at 8 connections about 1.5 times, scans the same."""
WASTE = (20_000, 20, 50)
"""After how many new objects Python looks for circles among them, and how often among older ones. Its own 700 made it
look within every request. Measured: scans at 1 and 8 connections 1.2 times."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
MALLOC = {M_ARENA_MAX: 1, M_TRIM_THRESHOLD: 8 << 20, M_MMAP_THRESHOLD: 1 << 20}
"""Options of glibc's mallopt, in bytes: what a page needs is kept for the next, what a rush needed is given back."""
SQLITE_CONFIG_MEMSTATUS = 9
SECONDS_KEPT = 10
"""How long a worker keeps what lies free between things that it holds. Looking for it takes a millisecond."""


class CannotStart(WrongSetting):
    """The world around does not allow a start; the message says what is in the way and what to do."""


def serve(settings: Settings, *, demo: bool) -> int:
    """Check, prepare, serve until told to end; the exit code."""
    check_folders(settings)
    check_certificate(settings)
    check_port(settings)
    with serving(settings):
        if needs_preparation(settings, demo=demo) and (failed := _prepare_apart(settings, demo=demo)):
            return failed
        threading.Thread(target=welcome, args=(settings,), kwargs={"demo": demo}, daemon=True).start()
        with workroom(spare=settings.data_dir) as room:
            return _run(settings, room)


def check_folders(settings: Settings) -> None:
    """Raise CannotStart if the data folder or the database's folder cannot be written; nothing is made yet."""
    folders = [settings.data_dir] + ([settings.sqlite_file.parent] if settings.on_sqlite else [])
    for folder in folders:
        standing = next(path for path in (folder, *folder.parents) if os.path.exists(path))  # noqa: PTH110 - or it cannot be looked into
        if not standing.is_dir():
            raise CannotStart(f"{standing} is no folder, so {folder} cannot be made. Set UKETSUKE_DATA_DIR.")
        if not os.access(standing, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            raise CannotStart(f"The folder {standing} cannot be written. Set UKETSUKE_DATA_DIR to one that can.")


def check_certificate(settings: Settings) -> None:
    """Raise CannotStart if HTTPS is asked for with files that cannot serve it."""
    if not settings.tls_cert:
        return
    for name, path in (("UKETSUKE_TLS_CERT", settings.tls_cert), ("UKETSUKE_TLS_KEY", settings.tls_key)):
        if not os.access(path, os.R_OK):
            raise CannotStart(f"{name} names a file that cannot be read: {path}")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert, settings.tls_key)
    except (ssl.SSLError, OSError):
        raise CannotStart("UKETSUKE_TLS_CERT and UKETSUKE_TLS_KEY do not hold a certificate and its key.") from None


def check_port(settings: Settings) -> None:
    """Raise CannotStart if nobody may listen there now."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(_why_no_port(settings, error)) from None


def _why_no_port(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} is in use by another program. Set UKETSUKE_PORT to a free one."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {settings.port}. Set UKETSUKE_PORT to one above 1023."
    return f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror}. Set UKETSUKE_HOST."


def _prepare_apart(settings: Settings, *, demo: bool) -> int:
    """Prepare the database in a process of its own, so that its memory is given back; the exit code."""
    apart = get_context().Process(target=prepare, args=(settings, demo))
    apart.start()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        apart.join()
    except KeyboardInterrupt:
        apart.terminate()
        apart.join()
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)
    return apart.exitcode or 0


def _run(settings: Settings, room: Path) -> int:
    from granian.constants import HTTPModes, Interfaces, SSLProtocols
    from granian.log import LogLevels

    from app.parting import Parting
    from app.web.intake import WAITING_THREADS

    server = Parting(
        "uketsuke",
        load=partial(_loaded, settings),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.processes,
        blocking_threads=settings.threads + WAITING_THREADS,
        http=HTTPModes.auto if settings.tls_cert else HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        ssl_cert=Path(settings.tls_cert) if settings.tls_cert else None,
        ssl_key=Path(settings.tls_key) if settings.tls_key else None,
        ssl_protocol_min=SSLProtocols.tls12,
        workers_kill_timeout=ENDING_SECONDS,
        respawn_failed_workers=True,
    )
    try:
        server.serve(target_loader=partial(load_application, settings, room), wrap_loader=False)
    except SystemExit as ended:
        return 0 if server.interrupt_signal else int(ended.code or 0)
    return 0


def _loaded(settings: Settings) -> "Flask":
    """The application. It has asked the database nothing yet: workers may share what is loaded, but a connection must
    never be of two processes."""
    share_memory_between_threads()
    leave_memory_of_sqlite_uncounted()
    gc.disable()  # what is loaded now stays: looking through it for waste takes a seventh of the start
    from app import create_app

    with told():
        log_to_stderr()
        return create_app(settings)


def load_application(settings: Settings, room: Path, shared: "Flask | None" = None) -> Any:
    """What a worker of the server runs: the application, its log, and the thread that sends letters. room: the server's
    workroom, which all its workers share."""
    enter(room)
    sys.setswitchinterval(SWITCH_SECONDS)
    os.setpgrp()  # Ctrl-C is for the supervisor alone, who ends us once; told twice, a worker was seen to wait for 30 s
    app = shared or _loaded(settings)
    from app.factory import close
    from app.web.intake import QUICK_AT_ONCE, SCANS_AT_ONCE, Intake
    from app.web.limits import is_trusted

    with told():
        tell_of_the_clock(app)
    Finalize(None, close, args=(app,), exitpriority=5)
    if settings.mail_worker:
        worker = mail_worker(app)
        worker.start()
        Finalize(None, worker.stop, exitpriority=10)
    threading.Thread(target=_give_back_again_and_again, name="memory", daemon=True).start()
    gc.freeze()
    gc.set_threshold(*WASTE)
    gc.enable()
    return Intake(
        app.wsgi_app,
        at_work=settings.threads,
        largest=app.config["MAX_CONTENT_LENGTH"],
        trusted=lambda address: is_trusted(address, settings.trusted_proxies),
        quick=1 if settings.on_sqlite else QUICK_AT_ONCE,
        scans=SCANS_AT_ONCE if settings.on_sqlite else settings.threads,
    )


def tell_of_the_clock(app: "Flask") -> None:
    """Say so if the clock of this machine must be wrong: doors set theirs by it."""
    from app.clock import now
    from app.health import is_behind

    at = now()
    with app.app_context():
        late = is_behind(at)
    if late is not None:
        logging.getLogger("uketsuke").warning(
            "the clock of this machine says %s, but something was written at %s: set it right before doors open",
            at.isoformat(timespec="seconds"),
            late.isoformat(timespec="seconds"),
        )


def share_memory_between_threads() -> None:
    """One pool of memory for all threads where the C library is glibc, which otherwise keeps one for each of them: what
    the pages of a rush leave behind in all of those is never given back."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option:
        for option, value in MALLOC.items():
            set_option(option, value)


def leave_memory_of_sqlite_uncounted() -> None:
    """SQLite counts every piece of memory that it takes, under a lock, for figures that nobody asks for. It is told so
    before it begins, so it is ended and begun anew; nobody is connected yet. Measured: batches of scans 0.97."""
    sqlite = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    if hasattr(sqlite, "sqlite3_config") and sqlite.sqlite3_shutdown() == 0:
        sqlite.sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0)
        sqlite.sqlite3_initialize()


def give_back() -> None:
    """Give back what lies free between things that are held: by itself the C library gives back what lies behind all
    of them. After large sums it is some MiB in each worker."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _give_back_again_and_again() -> None:
    while True:
        time.sleep(SECONDS_KEPT)
        give_back()


def send_letters(settings: Settings) -> int:
    """Send letters in this process until told to end: finish the letter in hand, then exit code 0."""
    from app import create_app
    from app.db import close_db
    from app.prepare import refuse_unready

    refuse_unready(settings)
    log_to_stderr()
    with sending(settings):
        app = create_app(settings)
        worker = mail_worker(app)
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: worker.stop())
        logging.getLogger("uketsuke").info("sending letters")
        worker.run()
        close_db(app)
    return 0


def mail_worker(app: "Flask") -> "Worker":
    """The outbox's worker, told how letters are worded, where they go, and what else falls due by the clock."""
    from app.factory import chores
    from app.outbox.transports import transport_for
    from app.outbox.worker import Worker
    from registrations.letters import compose

    transport = transport_for(app.extensions["uketsuke_settings"])
    return Worker(app, compose=compose, transport=transport, chores=chores())


def log_to_stderr() -> None:
    """The server's own log, the access log included, one line each."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("uketsuke")
    logger.handlers[:] = [lines]
    logger.propagate = False

"""The worker: looks for due letters, composes and sends them outside any transaction, writes down the answer.

About once a minute it also does the chores that the roof hands in: what falls due by the clock alone.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from flask import Flask, current_app

from app.clock import Watch, now
from app.config import Settings
from app.db import transaction
from app.outbox.operations import ClaimedLetter, Wording, claim, settle
from app.outbox.queries import anything_due
from app.outbox.rules import Answer, Outcome
from app.outbox.transports import Transport, quoted

HANDFUL = 20
PAUSE_SECONDS = 0.7
PAUSE_AFTER_FAULT_SECONDS = 10
CHORES_EVERY_SECONDS = 60
JUMP_SECONDS = 20
"""Apart from this a clock is only corrected, little by little."""
MOST_PIECES = 20
"""How many pieces of one chore are done before letters are sent again; what is left of it comes right after them."""
REST = 3
"""So many times as long as a piece took nothing is done after it: a chore that has much to do, as sealing a ledger that
was imported, leaves three quarters of the time to doors and pages, who wait for it otherwise."""
EXTENSION = "uketsuke_outbox"
NOT_KEPT = "X-Not-Kept"
"""A composer's mark on a message: a text in it that is sent, and stands nowhere afterwards. The mark is not sent."""
log = logging.getLogger("uketsuke.outbox")

Compose = Callable[[ClaimedLetter], EmailMessage | None]
"""Writes a letter from what is true now: subject, sender's name, parts. None: there is nothing left to say."""

Chore = Callable[[datetime], int]
"""Does a small piece of what is due at that moment, in a transaction of its own, and says how much; 0: nothing is left.

Several processes may do the same chore at once: what it writes must be written once all the same.
"""


class Worker:
    """One loop over the outbox: a thread of the server, or the command `uketsuke worker`."""

    def __init__(self, app: Flask, *, compose: Compose, transport: Transport, chores: Sequence[Chore] = ()) -> None:
        self.app = app
        self.compose = compose
        self.transport = transport
        self.chores = tuple(chores)
        self.chores_at = time.monotonic()
        self.watch = Watch()
        self.more = False
        self.stopping = threading.Event()
        self.woken = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Run in a thread of this process; `wake` reaches it."""
        self.app.extensions[EXTENSION] = self
        self.thread = threading.Thread(target=self.run, name="outbox", daemon=True)
        self.thread.start()

    def stop(self, seconds: float = 15) -> None:
        """Finish the letter in hand and end."""
        self.stopping.set()
        self.woken.set()
        if self.thread is not None:
            self.thread.join(seconds)

    def run(self) -> None:
        """Look, send, rest, until stopped. A fault (a database away) is logged and tried again later."""
        while not self.stopping.is_set():
            pause: float = PAUSE_SECONDS
            self._do_chores_by_the_clock()
            try:
                while self.once() and not self.stopping.is_set():
                    pass
            except Exception:
                log.exception("the outbox rests for %s seconds", PAUSE_AFTER_FAULT_SECONDS)
                pause = PAUSE_AFTER_FAULT_SECONDS
            self.transport.rest()
            self.woken.wait(pause)
            self.woken.clear()

    def do_chores(self) -> int:
        """Everything that is due now; how much was done. A chore that fails is logged and does not stop the others."""
        done = [self._pieces(chore) for chore in self.chores]
        self.more = any(pieces == MOST_PIECES for _, pieces in done)
        return sum(much for much, _ in done)

    def once(self) -> int:
        """Send what is due now, a handful at most, until stopped; how many letters were tried.

        Only the letter in hand is claimed: whatever ends this worker, no other was touched.
        """
        tried = 0
        letter = self._first()
        while letter is not None:
            tried += 1
            letter = self._deliver(letter, last=tried == HANDFUL)
        return tried

    def _do_chores_by_the_clock(self) -> None:
        if self.chores and time.monotonic() >= self.chores_at:
            self._tell_of_the_clock()
            self.do_chores()
            self.chores_at = time.monotonic() + (0 if self.more else CHORES_EVERY_SECONDS)

    def _tell_of_the_clock(self) -> None:
        """Doors set their clocks by ours."""
        jump = self.watch.jump().total_seconds()
        if abs(jump) > JUMP_SECONDS:
            way = "back" if jump < 0 else "forward"
            log.warning(
                "the clock of this machine was set %s by %d seconds: scans of this time may be kept under a wrong one;"
                " let it keep the time by the network (NTP), and look at the entries to look at",
                way,
                abs(jump),
            )

    def _pieces(self, chore: Chore) -> tuple[int, int]:
        """How much was done, and in how many pieces."""
        done = pieces = 0
        while pieces < MOST_PIECES and not self.stopping.is_set():
            began = time.monotonic()
            try:
                with self.app.app_context():
                    piece = chore(now())
            except Exception:
                log.exception("the chore %s failed; it is tried again", getattr(chore, "__name__", "without name"))
                break
            if not piece:
                break
            done += piece
            pieces += 1
            self.stopping.wait(REST * (time.monotonic() - began))
        return done, pieces

    def _first(self) -> ClaimedLetter | None:
        with self.app.app_context():
            if not anything_due(now()):
                return None
            with transaction():
                return self._claimed()

    def _deliver(self, letter: ClaimedLetter, *, last: bool) -> ClaimedLetter | None:
        """Send the letter in hand, and take the next one with what became of it."""
        with self.app.app_context():
            answer, wording = self._try(letter)
            with transaction():
                settle(letter, answer, wording=wording, at=now())
                following = None if last else self._claimed()
        log.info("letter %s (%s): %s, try %s", letter.uuid, letter.kind, answer.outcome, letter.attempts)
        return following

    def _claimed(self) -> ClaimedLetter | None:
        if self.stopping.is_set():
            return None
        return next(iter(claim(at=now(), most=1)), None)

    def _try(self, letter: ClaimedLetter) -> tuple[Answer, Wording | None]:
        try:
            message = self.compose(letter)
        except Exception:
            log.exception("letter %s (%s) cannot be composed", letter.uuid, letter.kind)
            return Answer(Outcome.LATER, "the letter could not be composed"), None
        if message is None:
            return Answer(Outcome.NOTHING_TO_SAY), None
        settings: Settings = self.app.extensions["uketsuke_settings"]
        secrets = message.get_all(NOT_KEPT, [])
        del message[NOT_KEPT]
        _address(message, letter, settings.mail_from)
        answer = self.transport.send(message, sender=settings.mail_from, to=letter.to_address)
        return answer, _wording(message, secrets)


def wake() -> None:
    """Tell the worker of this process, if it has one, that a letter was written."""
    worker: Worker | None = current_app.extensions.get(EXTENSION)
    if worker is not None:
        worker.woken.set()


def _address(message: EmailMessage, letter: ClaimedLetter, sender: str) -> None:
    """The headers that make it the same letter at every try."""
    message["To"] = quoted(letter.to_address)
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.uuid}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"


def _wording(message: EmailMessage, secrets: Iterable[str]) -> Wording:
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    for secret in secrets:
        text = text.replace(str(secret), "…")
    return Wording(subject=str(message["Subject"]), body=text)

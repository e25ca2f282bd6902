"""The report on attendance of the demonstration's two events, as each kind of file, the process already warm."""

import resource
import time

from analytics.report import FORMATS, report_on
from app.clock import now
from app.demo import PRACTICE, PUBLISHED, load
from app.programme.cli import event_called
from app.web.languages import speak
from benchmarks.client import Measured
from benchmarks.ground import ground
from benchmarks.rows import Row

ROUNDS = 5


def measure_all(database: str) -> list[Row]:
    """Read, written and drawn again each time. Aim: a PDF in at most 3 s."""
    with ground(database):
        load()
        speak("ja")
        return [made(slug, form, database) for slug in (PUBLISHED, PRACTICE) for form in FORMATS]


def made(slug: str, form: str, database: str) -> Row:
    """The same report several times; the first one, which loads the libraries, does not count."""
    measured = Measured()
    content = FORMATS[form].make(report_on(event_called(slug), at=now()))
    began, worked = time.perf_counter(), _worked()
    for _ in range(ROUNDS):
        started = time.perf_counter()
        FORMATS[form].make(report_on(event_called(slug), at=now()))
        measured.milliseconds.append((time.perf_counter() - started) * 1000)
    measured.seconds = time.perf_counter() - began
    each = (_worked() - worked) / ROUNDS
    note = f"{len(content) / 1024:.0f} KiB, processor {each:.2f} s each"
    return Row(f"report of {slug} as {form}", database, None, measured, note)


def _worked() -> float:
    """Processor time of this process and of those that set type, in seconds; charts come from one that goes on."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime

"""A day whose clock a test moves, the server's and the phones' alike: the product starts at eleven in the morning."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext

from tests.journeys.product import Product, running

SERVER = """import datetime, pathlib
import app.clock

class Moved(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + datetime.timedelta(seconds=float(pathlib.Path({path!r}).read_text()))

app.clock.datetime = Moved
"""
"""Python runs this at its start; the program asks one place alone what time it is."""
PHONE = """(() => {
  const ahead = () => 1000 * Number(localStorage.ahead ?? %s);
  const atStart = ahead(), ran = performance.now.bind(performance);
  globalThis.Date = class extends Date {
    constructor(...given) { given.length ? super(...given) : super(Date.now()); }
    static now() { return super.now() + ahead(); }
  };
  performance.now = () => ran() + ahead() - atStart;
})()"""
"""Both clocks of a phone: the one that people set, and the one that counts from the start of a page."""


@dataclass
class Day:
    """`ahead`: seconds by which its clock is before that of the machine."""

    product: Product
    ahead: float
    path: Path
    phones: list[BrowserContext]

    def phone(self, context: BrowserContext) -> BrowserContext:
        """Its pages live in this day."""
        context.add_init_script(PHONE % self.ahead)
        self.phones.append(context)
        return context

    def go_on(self, **time: float) -> None:
        """So much time passes, everywhere at once."""
        self.ahead += timedelta(**time).total_seconds()
        self.path.write_text(str(self.ahead))
        for phone in self.phones:
            for page in [one for one in phone.pages if one.url.startswith("http")]:
                page.evaluate("ahead => { localStorage.ahead = ahead }", self.ahead)


@contextmanager
def a_day(folder: Path) -> Iterator[Day]:
    """The demonstration, made at eleven."""
    here = datetime.now(ZoneInfo("Asia/Tokyo"))
    ahead = (here.replace(hour=11, minute=0, second=0) - here).total_seconds()
    path = folder / "ahead"
    path.write_text(str(ahead))
    (folder / "sitecustomize.py").write_text(SERVER.format(path=str(path)))
    data = folder / "data"
    data.mkdir()
    with running(data, PYTHONPATH=str(folder)) as product:
        yield Day(product, ahead, path, [])

"""Registrations in both readings: the curve, demand, waiting lists, lotteries, and no-show by what parties are."""

from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

from analytics.exports.registering import OF_PARTIES, Registering
from analytics.rules.figures import Figures
from app.programme.models import Event
from tests.analytics.recount import Recount

STATES = ("given", "waiting", "undecided", "refused", "cancelled")
NONE = (0, 0, 0, 0, 0, 0)
CURVE = "SELECT * EXCLUDE (session) FROM curve WHERE session IS NOT DISTINCT FROM ? ORDER BY day"


def registering(event: Event, figures: Figures, recount: Recount) -> Iterator[tuple[str, Any, Any]]:
    """What it is, what the product says, what the second reading says."""
    ids = {one.code: one.id for one in figures.facts.sessions}
    page = Registering(event, figures)
    yield from _demand(page, ids, recount)
    for code in (None, *(one.code for one in page.demand)):
        days = Registering(event, figures, code).days
        found = [(one.day, one.asked, one.left, one.asked_so_far, one.standing) for one in days]
        told = recount.rows(CURVE, ids[code] if code else None)
        yield f"curve {code or 'of all'}", found, [(day, *map(int, numbers)) for day, *numbers in told]
    for name in OF_PARTIES:
        table = page.table(f"no-show-{name}")
        rows = recount.rows(f"SELECT {name}, sum(places), sum(came), sum(places - came) FROM no_show GROUP BY ALL")
        by_key = {key: tuple(map(int, numbers)) for key, *numbers in rows}
        yield f"no-show by {name}", {row.key: row.cells[:3] for row in table.rows}, by_key
        if table.total is not None:
            yield f"no-show by {name} in all", table.total[:3], tuple(map(sum, zip(*by_key.values(), strict=True)))


def _demand(page: Registering, ids: dict[str, int], recount: Recount) -> Iterator[tuple[str, Any, Any]]:
    became = recount.sums("SELECT session, became, sum(number) FROM demanded GROUP BY ALL")
    queues = {session: tuple(map(int, numbers)) for session, *numbers in recount.rows("FROM queued")}
    won = {session: int(places) for session, places in recount.rows("FROM won")}
    passed = recount.sums("FROM overtaken")
    for one in page.demand:
        session = ids[one.code]
        found = {state: number for state in STATES if (number := getattr(one, state))}
        yield f"{one.code} asked for", found, {state: n for (of, state), n in became.items() if of == session}
        yield f"{one.code} won, passed over", (one.drawn, one.passed_over), (won.get(session), passed.get(session, 0))
        yield f"{one.code} waiting list", astuple(one.queue), queues.get(session, NONE)
    yield "sessions asked for", {session for session, _state in became} <= {ids[one.code] for one in page.demand}, True

"""The blind pack of 5,000 and of 50,000 tickets: how large, how long the first device waits, and the others."""

import json

from benchmarks.client import Answer, Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.rows import Row
from benchmarks.scans import SLUG, fill, headers, one_by_one

ON_POSTGRESQL = True
SIZES, DEVICES, SCANNED = (5_000, 50_000), 30, 100


def measure_all(database: str) -> list[Row]:
    """Each size on fresh ground."""
    return [row for size in SIZES for row in packs_of(size, database)]


def packs_of(size: int, database: str) -> list[Row]:
    """The first device's pack, thirty others' at once, one that is there already, and what has changed since."""
    with ground(database) as place:
        codes = iter(fill(size))
        with place.serving():
            first, taken = taking(place, connections=1, count=1)
            others, _ = taking(place, connections=DEVICES, count=DEVICES)
            same, _ = taking(place, connections=1, count=DEVICES, If_None_Match=taken.headers["etag"])
            one_by_one(place, codes, 8, SCANNED)
            since, delta = taking(place, connections=1, count=1, since=mark_of(taken))
    of = f"pack of {size:,}"
    return [
        Row(f"{of}, the first device", database, 1, first, f"{len(taken.body) / 1000:,.0f} KB"),
        Row(f"{of}, {DEVICES} more at once", database, DEVICES, others),
        Row(f"{of}, unchanged", database, 1, same),
        Row(f"{of}, {SCANNED} scans later", database, 1, since, f"{len(delta.body) / 1000:,.0f} KB"),
    ]


def taking(place: Ground, *, connections: int, count: int, since: str = "", **more: str) -> tuple[Measured, Answer]:
    """How long it took devices to get a pack, and what the last of them got."""
    path, got = f"/api/v1/events/{SLUG}/pack{f'?since={since}' if since else ''}", []

    async def take(connection: Connection, number: int) -> bool:
        got.append(await connection.ask("GET", path, b"", **headers(number), **more))
        return got[-1].status == (304 if more else 200)

    return measure(place.base_url, take, connections=connections, count=count), got[-1]


def mark_of(pack: Answer) -> str:
    """Where the next one may go on."""
    length = int.from_bytes(pack.body[8:12], "big")
    return str(json.loads(pack.body[12 : 12 + length])["mark"])

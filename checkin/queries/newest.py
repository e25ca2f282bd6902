"""The lines of an event by their ids: the newest of them, and all of a stretch."""

from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class AllOf(FunctionElement[Any]):
    """A column by which SQLite is not to look up lines: read one after the other they come ten times quicker than
    through an index on the event. PostgreSQL knows by itself, if the column stands bare."""

    inherit_cache = True
    type = BigInteger()


@compiles(AllOf, "sqlite")
def _not_looked_up(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    return f"{compiler.process(next(iter(element.clauses)), **options)} + 0"


@compiles(AllOf, "postgresql")
def _bare(element: FunctionElement[Any], compiler: Any, **options: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **options))


class NewestLine(FunctionElement[int]):
    """The greatest id of an event's lines; none: there are none. SQLite has no index that says so, which every scan
    would be written into: it looks at the last line of each day, and at those without a day."""

    name = "newest_line"
    type = Integer()
    inherit_cache = True


@compiles(NewestLine, "postgresql")
def _by_event(element: NewestLine, compiler: Any, **options: Any) -> str:
    event = compiler.process(element.clauses, **options)
    return f"(SELECT max(id) FROM entry WHERE event_id = {event})"  # noqa: S608  the place of a parameter


@compiles(NewestLine, "sqlite")
def _by_days(element: NewestLine, compiler: Any, **options: Any) -> str:
    event = compiler.process(element.clauses, **options)
    return f"""(WITH RECURSIVE one(day) AS (
        SELECT max(day) FROM entry WHERE event_id = {event} UNION ALL
        SELECT (SELECT max(day) FROM entry WHERE event_id = {event} AND day < one.day) FROM one WHERE day IS NOT NULL)
    SELECT max((SELECT max(id) FROM entry WHERE event_id = {event} AND day IS one.day)) FROM one)"""  # noqa: S608

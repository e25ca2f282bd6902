"""Statements of a hot path: written in SQLAlchemy, compiled once per engine, handed straight to the driver.

What a door asks with every scan is the same each time; building, caching and wrapping it anew costs ten times what the
database needs to answer. Values are converted by the columns' own types, so rows mean the same as everywhere.
"""

from collections import namedtuple
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from sqlalchemy import ARRAY, Dialect, Executable, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine, Unicode

from app.constants import with_constants, written_out
from app.converting import Made, all_to_driver, columns_to_driver, from_driver, padded, rows_from_driver, to_driver
from app.db import db, is_writing, reading, refuse_stray_writes
from app.wholesale import Many
from app.writer import Wire

OPEN, CLOSE = "/*", "*/"
"""Around a place that stands for several values, until their number is known."""
WIRE = "uketsuke_wire"
_ONE_BY_ONE: AbstractContextManager[None] = nullcontext()
Row = TypeVar("Row")


class Bound(Protocol):
    """Where a statement is sent: a connection of SQLAlchemy's, or a wire."""

    @property
    def connection(self) -> Any: ...
    @property
    def dialect(self) -> Dialect: ...


@contextmanager
def asking() -> Iterator[Wire]:
    """A wire for a question before the work begins; each statement sees the newest state, nothing is locked."""
    engine = db.engine
    with closing(engine.raw_connection()) as connection:
        yield Wire(connection, engine.dialect)


def here() -> Wire:
    """Who writes: the session's own connection, in its transaction; what the session still holds back is sent first.
    Who only reads: a wire of its own, see `reading`.

    What is written this way is not told to the objects that the session has read: it is for rows that nobody read.
    """
    if not is_writing():
        return reading()
    session = db.session()
    session.flush()
    transaction, wire = session.info.get(WIRE, (None, None))
    if transaction is None or transaction is not session.get_transaction():
        connection = session.connection()
        wire = Wire(connection.connection, connection.dialect)
        session.info[WIRE] = session.get_transaction(), wire
    return cast("Wire", wire)


def at_one_go(bind: Bound) -> AbstractContextManager[Any]:
    """Statements that do not wait for each other: on PostgreSQL one way there and back, refusals raised at the end."""
    if bind.dialect.name != "postgresql":
        return _ONE_BY_ONE
    return cast("AbstractContextManager[Any]", bind.connection.driver_connection.pipeline())


class Several(TypeDecorator[Any]):
    """A list of values as one parameter: an array on PostgreSQL; SQLite gets one place for each when it is sent."""

    impl = Unicode
    cache_ok = True

    def __init__(self, one: TypeEngine[Any]) -> None:
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.one) if dialect.name == "postgresql" else Unicode())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        return self.converter(dialect)(value)

    def converter(self, dialect: Dialect) -> Callable[[Collection[Any] | None], list[Any]]:
        """What makes a list of values one that the driver takes."""
        convert = None if dialect.name == "postgresql" else to_driver(self.one, dialect)
        return lambda values: all_to_driver(convert, values or ()) if convert else list(values or ())


class _OneOf(ColumnElement[Any]):
    """The right side of a comparison with a list parameter, the comparison included."""

    inherit_cache = False

    def __init__(self, values: BindParameter[Any]) -> None:
        self.values = values


def among(column: Any, name: str) -> ColumnElement[bool]:
    """`column` is one of the values of the list parameter `name`."""
    return cast("ColumnElement[bool]", column.bool_op("")(_OneOf(bindparam(name, type_=Several(column.type)))))


@compiles(_OneOf, "sqlite")
def _in_places(element: _OneOf, compiler: Any, **options: Any) -> str:
    return f"IN ({OPEN}{compiler.process(element.values, **options)}{CLOSE})"


@compiles(_OneOf, "postgresql")
def _any_of_array(element: _OneOf, compiler: Any, **options: Any) -> str:
    return f"= ANY ({compiler.process(element.values, **options)})"


class Direct:
    """One statement. `rows` reads, `write` changes; both inside the transaction that `bind` is in."""

    def __init__(self, statement: Executable) -> None:
        self.statement: Any = statement
        self.writes: str = self.statement.__visit_name__.upper() if statement.is_dml else ""
        self.compiled: dict[str, _Compiled] = {}

    def rows(self, bind: Bound, parameters: Mapping[str, Any]) -> list[Any]:
        """The rows found, with columns by name."""
        return self.ask(bind, parameters).rows()

    def ask(self, bind: Bound, parameters: Mapping[str, Any]) -> "Asked":
        """Ask now, look at the answer later: several questions at one go take one way to the server and back."""
        if self.writes:
            refuse_stray_writes(self.writes)
        compiled = self.prepared(bind)
        cursor: Any = bind.connection.dbapi_connection.cursor()
        cursor.execute(*compiled.ready(parameters))
        return Asked(cursor, compiled)

    def change(self, bind: Bound, parameters: Mapping[str, Any]) -> int:
        """Change what the statement finds: the number of rows changed."""
        refuse_stray_writes(self.writes)
        with closing(bind.connection.dbapi_connection.cursor()) as cursor:
            cursor.execute(*self.prepared(bind).ready(parameters))
            return int(cursor.rowcount)

    def write(self, bind: Bound, rows: Sequence[Any], columns: tuple[str, ...] = ()) -> None:
        """Change something, once per row: values by name, or those of `columns` in order as a driver takes them."""
        refuse_stray_writes(self.writes)
        compiled = self.prepared(bind)
        cursor: Any = bind.connection.dbapi_connection.cursor()
        if len(rows) == 1 and not columns:
            cursor.execute(compiled.sql, compiled.parameters(rows[0]))
            return
        with closing(cursor):
            if not columns and (found := compiled.columns(rows)):
                compiled.many.send_columns(cursor, found)
                return
            assert not columns or compiled.names == columns
            compiled.many.send(cursor, rows if columns else [compiled.values(row) for row in rows])

    def write_columns(self, bind: Bound, columns: Mapping[str, Sequence[Any]], made: Made) -> None:
        """The same once per row, for rows given column by column; columns that are not the statement's are left. made:
        what other statements converted of the same columns."""
        refuse_stray_writes(self.writes)
        compiled = self.prepared(bind)
        found = columns_to_driver(compiled.inputs, [columns[name] for name in compiled.names], made)
        with closing(bind.connection.dbapi_connection.cursor()) as cursor:
            compiled.many.send_columns(cursor, found)

    def prepared(self, bind: Bound) -> "_Compiled":
        """As the driver of this database wants it."""
        if (name := bind.dialect.name) not in self.compiled:
            self.compiled[name] = _Compiled(self.statement, bind.dialect)
        return self.compiled[name]


class Asked(NamedTuple):
    """A question on its way."""

    cursor: Any
    compiled: "_Compiled"

    def rows(self) -> list[Any]:
        """The rows found, with columns by name; waits for them."""
        return self.each(self.compiled.named)

    def each(self, make: Callable[..., Row]) -> list[Row]:
        """What `make` makes of the columns of each row, in their order; waits for them."""
        return self.compiled.made(self.unmade().found, make)

    def unmade(self) -> "Unmade":
        """The rows found as the driver gives them, for whom it is enough that they are the same as before."""
        with closing(self.cursor):
            return Unmade(self.cursor.fetchall(), self.compiled)


class Unmade(NamedTuple):
    """Rows as one driver gives them."""

    found: list[Any]
    compiled: "_Compiled"

    def made(self) -> list[Any]:
        """The same with columns by name and values as Python has them."""
        return self.compiled.made(self.found, self.compiled.named)


class _Compiled:
    """A statement as one driver wants it, and how values go in and come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = (with_constants(statement) if dialect.name == "postgresql" else statement).compile(dialect=dialect)
        self.sql = written_out(compiled)
        self.positional = compiled.positional
        named = (name for name, bind in compiled.binds.items() if bind not in compiled.literal_execute_params)
        order = compiled.positiontup if compiled.positional else list(named)
        self.names = tuple(order)
        self.many = Many(self.sql, self.names, compiled.binds, dialect)
        self.constants = {name: compiled.binds[name].value for name in order if not compiled.binds[name].required}
        self.take: Any = itemgetter(*order) if len(order) > 1 else lambda given: [given[name] for name in order]
        self.inputs = [
            (place, convert)
            for place, name in enumerate(order)
            if (convert := _into(compiled.binds[name].type, dialect)) is not None
        ]
        several = [place for place, name in enumerate(order) if isinstance(compiled.binds[name].type, Several)]
        self.lists = several if dialect.name == "sqlite" else []
        self.only_list = self.inputs[0][1] if self.lists == list(range(len(order))) == [0] else None
        self.spread: dict[tuple[int, ...], str] = {}
        columns = list(statement.exported_columns if statement.is_dml else statement.selected_columns)
        self.outputs = [
            (place, convert)
            for place, column in enumerate(columns)
            if (convert := from_driver(column.type, dialect)) is not None
        ]
        found: Any = namedtuple  # the columns are known only now
        self.named = found("Found", [str(column.key) for column in columns], rename=True)

    def ready(self, given: Mapping[str, Any]) -> tuple[str, Any]:
        """The statement and its values, lists spread out where the driver knows none."""
        if self.only_list:
            flat = padded(self.only_list(given[self.names[0]]))
            lengths: tuple[int, ...] = (len(flat),)
        else:
            values = self.parameters(given)
            if not self.lists:
                return self.sql, values
            for place in self.lists:
                values[place] = padded(values[place])
            lengths = tuple(len(values[place]) for place in self.lists)
            flat = [item for value in values for item in (value if isinstance(value, list) else (value,))]
        sql = self.spread.get(lengths)
        if sql is None:
            sql = self.spread[lengths] = self._spread(lengths)
        return sql, flat

    def _spread(self, lengths: tuple[int, ...]) -> str:
        sql = self.sql
        for length in lengths:
            sql = sql.replace(f"{OPEN}?{CLOSE}", ", ".join("?" * length), 1)
        return sql

    def parameters(self, given: Mapping[str, Any]) -> Any:
        """The values as the driver wants them."""
        found = self.values(given)
        return found if self.positional else dict(zip(self.names, found, strict=True))

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """In their order; what is not given is the statement's own constant or empty."""
        try:
            values = list(self.take(given))  # nearly every row gives all: ten times quicker than asking one by one
        except KeyError:
            values = [given[name] if name in given else self.constants.get(name) for name in self.names]
        for place, convert in self.inputs:
            values[place] = convert(values[place])
        return values

    def columns(self, rows: Sequence[Mapping[str, Any]]) -> list[Sequence[Any]] | None:
        """The values of many rows, each column converted as a whole; None: some row does not give all."""
        try:
            return columns_to_driver(self.inputs, list(zip(*map(self.take, rows), strict=True)), Made())
        except KeyError:
            return None

    def made(self, found: Sequence[Sequence[Any]], make: Callable[..., Row]) -> list[Row]:
        """Rows of the driver with values as Python has them."""
        return rows_from_driver(self.outputs, found, make, named=make is self.named)


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return kind.converter(dialect) if isinstance(kind, Several) else to_driver(kind, dialect)

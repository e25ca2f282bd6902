"""Statements of a hot path: written in SQLAlchemy, compiled once per engine, handed straight to the driver.

What a door asks with every scan is the same each time; building, caching and wrapping it anew costs ten times what the
database needs to answer. Values are converted by the columns' own types, so rows mean the same as everywhere.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, Connection, Dialect, Executable, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, Unicode

from app.db import refuse_stray_writes

Convert = Callable[[Any], Any] | None


class Several(TypeDecorator[Any]):
    """A list of values as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = Unicode
    cache_ok = True

    def __init__(self, one: TypeEngine[Any]) -> None:
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.one) if dialect.name == "postgresql" else Unicode())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return list(value or ())
        convert = _to_driver(self.one, dialect)
        return json.dumps([convert(item) if convert else item for item in value or ()])


class Among(ColumnElement[bool]):
    """`column` is one of the values of the list parameter `name`."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: Any, name: str) -> None:
        self.column: ColumnElement[Any] = (
            column.__clause_element__() if hasattr(column, "__clause_element__") else column
        )
        self.values: BindParameter[Any] = bindparam(name, type_=Several(self.column.type))


@compiles(Among, "sqlite")
def _among_json(element: Among, compiler: Any, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608


@compiles(Among, "postgresql")
def _among_array(element: Among, compiler: Any, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"{column} = ANY ({values})"


class Listed(FunctionElement[str]):
    """The texts of all rows, with commas between them."""

    name = "listed"
    type = String()
    inherit_cache = True


@compiles(Listed, "sqlite")
def _group_concat(element: Listed, compiler: Any, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)}, ',')"


@compiles(Listed, "postgresql")
def _string_agg(element: Listed, compiler: Any, **options: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **options)}, ',')"


class Direct:
    """One statement. `rows` reads, `write` changes; both inside the transaction that `bind` is in."""

    def __init__(self, statement: Executable) -> None:
        self.statement: Any = statement
        self.compiled: dict[str, _Compiled] = {}

    def rows(self, bind: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """The rows found, with columns by name."""
        compiled = self._compiled(bind)
        cursor: Any = bind.connection.cursor()
        try:
            cursor.execute(compiled.sql, compiled.parameters(parameters))
            found = cursor.fetchall()
        finally:
            cursor.close()
        return [compiled.row(one) for one in found] if found else []

    def write(self, bind: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Change something, once per row."""
        refuse_stray_writes(self.statement.__visit_name__.upper())
        compiled = self._compiled(bind)
        cursor: Any = bind.connection.cursor()
        try:
            if len(rows) == 1:
                cursor.execute(compiled.sql, compiled.parameters(rows[0]))
            else:
                cursor.executemany(compiled.sql, [compiled.parameters(row) for row in rows])
        finally:
            cursor.close()

    def _compiled(self, bind: Connection) -> "_Compiled":
        name = bind.dialect.name
        compiled = self.compiled.get(name)
        if compiled is None:
            compiled = self.compiled[name] = _Compiled(self.statement, bind.dialect)
        return compiled


class _Compiled:
    """A statement as one driver wants it, and how values go in and come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self.positional = compiled.positional
        order = compiled.positiontup if compiled.positional else list(compiled.binds)
        self.inputs = [
            (name, None if bound.required else bound.value, _to_driver(bound.type, dialect))
            for name, bound in ((name, compiled.binds[name]) for name in order)
        ]
        columns = list(statement.selected_columns) if hasattr(statement, "selected_columns") else []
        self.outputs = [
            (place, convert)
            for place, column in enumerate(columns)
            if (convert := _from_driver(column.type, dialect)) is not None
        ]
        found: Any = namedtuple  # the columns are known only now
        self.make = found("Found", [str(column.key) for column in columns], rename=True)._make

    def parameters(self, given: Mapping[str, Any]) -> Any:
        values = []
        for name, otherwise, convert in self.inputs:
            value = given.get(name, otherwise)
            values.append(value if convert is None else convert(value))
        return values if self.positional else dict(zip((name for name, _, _ in self.inputs), values, strict=True))

    def row(self, found: Sequence[Any]) -> Any:
        values = list(found)
        for place, convert in self.outputs:
            values[place] = convert(values[place])
        return self.make(values)


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)

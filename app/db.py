"""The database as every department sees it: one way to write, and columns that mean the same on both engines.

A write happens inside `with transaction():`, once per request, command or letter. Outside it every INSERT, UPDATE or
DELETE raises; inside a GET it cannot be opened; nested it raises."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid4

from flask import Flask, current_app, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Dialect, Engine, Enum, Integer, MetaData, Uuid, event, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry
from sqlalchemy.types import DateTime, TypeDecorator

from app.config import Settings
from app.pool import engine_options, prepare_pool
from app.quick_json import in_utc
from app.writer import Wire, Writer

BEGIN_WRITING = "BEGIN IMMEDIATE"
PLANNED_ONCE = "SET LOCAL plan_cache_mode = force_generic_plan"
"""The door's statements look up keys and nothing else, so that one plan is right for all: PostgreSQL would plan three
of them anew with every commit, because of their lists, which took it a third of its time for a scan."""
READING = "uketsuke_reading"
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLAC")
_writing: ContextVar[bool] = ContextVar("writing", default=False)


class TransactionMisuse(RuntimeError):
    """A write outside a transaction, a nested one, or one in a GET: a fault of the program, never of a person."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database, equal on SQLite and PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    @staticmethod
    def as_text(value: datetime | None) -> str | None:
        """What SQLite keeps, at a tenth of the price of the dialect's own way through a format."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return in_utc(value if value.tzinfo is UTC else value.astimezone(UTC), " ", 6)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Texts = dict[str, str]
Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
OutwardId = Annotated[UUID, mapped_column(Uuid, default=uuid4, unique=True)]


class Model(DeclarativeBase):
    """Every table: constraints are named, JSON and moments have one meaning."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            dict[str, Any]: Json,
            dict[str, str]: Json,
            list[str]: Json,
            list[Any]: Json,
            datetime: UtcDateTime,
        },
    )


class Editable:
    """A row that people edit: its version rises with each change, and a stale change fails instead of overwriting."""

    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}


db = SQLAlchemy(
    model_class=Model,
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "autoflush": True},
)


def enum_type(kinds: type[StrEnum], name: str) -> Enum:
    """A column type for an enum kept as checked text; `name` is the check's name."""
    return Enum(
        kinds,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def init_db(app: Flask, settings: Settings) -> None:
    """Tie the database to the application: engine, pragmas, and the guard against stray writes."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    app.extensions["uketsuke_writer"] = Writer(settings)
    db.init_app(app)
    app.teardown_appcontext(_stop_reading)
    with app.app_context():
        prepare_engine(db.engine)
        app.extensions["uketsuke_writer"].engine = db.engine


def close_db(app: Flask) -> None:
    """Let go of connections and of the writer's lock file: at the server's end and after each test."""
    with app.app_context():
        db.session.remove()
        app.extensions["uketsuke_writer"].close()
        db.engine.dispose()


def prepare_engine(engine: Engine) -> None:
    """Give an engine its pragmas (SQLite) and its guard; also used for engines that tests make."""
    prepare_pool(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _guard_writes)


@contextmanager
def transaction() -> Iterator[None]:
    """The write of a request, command or letter: everything inside is kept whole or not at all.

    Opens with a rollback, so that what a page loaded before is read again under the lock.
    """
    ready_to_write()
    with _writer().held():
        token = _writing.set(True)
        try:
            yield
            db.session.commit()
        except BaseException as error:
            _writer().refusals.note(error)
            db.session.rollback()
            raise
        finally:
            _writing.reset(token)


@contextmanager
def wired_transaction() -> Iterator[Wire]:
    """The same for the door's hot path: without a session, whose upkeep costs more than the door's own statements."""
    ready_to_write()
    with wired(_writer()) as wire:
        yield wire


@contextmanager
def wired(writer: Writer) -> Iterator[Wire]:
    """The same for who is `ready_to_write`, here or in the thread that it is done for: nothing around it is asked."""
    engine = writer.engine
    with writer.held(), writer.connected() as connection:
        token = _writing.set(True)
        try:
            connection.cursor().execute(BEGIN_WRITING if engine.dialect.name == "sqlite" else PLANNED_ONCE)
            yield Wire(connection, engine.dialect, writer.remembered(), keeps=writer.connection is not None)
            connection.commit()
        except BaseException as error:
            writer.refusals.note(error)
            writer.forget()
            connection.rollback()
            raise
        finally:
            _writing.reset(token)


def ready_to_write() -> None:
    """What a page read so far is let go, so that it is read again under the lock. Raises TransactionMisuse."""
    _refuse_misuse()
    _stop_reading()
    if db.session.registry.has():
        db.session.rollback()


def reading() -> Wire:
    """A wire for what a page or command reads without a session, kept until its end or until it writes. Each statement
    sees the newest state, without a transaction around: on PostgreSQL that is two ways to the server less."""
    wire: Wire | None = g.get(READING)
    if wire is None:
        engine = db.engine
        wire = Wire(engine.raw_connection(), engine.dialect)
        if engine.dialect.name == "postgresql":
            wire.connection.driver_connection.autocommit = True
        setattr(g, READING, wire)
    return wire


def is_writing() -> bool:
    """Whether a transaction is open here that may write; what it has not finished yet is not to be kept for others."""
    return _writing.get()


def _stop_reading(_error: BaseException | None = None) -> None:
    wire: Wire | None = g.pop(READING, None)
    if wire is not None:
        wire.connection.close()


@contextmanager
def wired_savepoint(wire: Wire) -> Iterator[None]:
    """One item of a wired transaction."""
    cursor = wire.connection.cursor()
    cursor.execute("SAVEPOINT item")
    try:
        yield
    except BaseException:
        wire.remembered.clear()
        cursor.execute("ROLLBACK TO SAVEPOINT item")
        raise
    finally:
        cursor.execute("RELEASE SAVEPOINT item")
        cursor.close()


def _refuse_misuse() -> None:
    if _writing.get():
        raise TransactionMisuse("a transaction is open already")
    if has_request_context() and request.method in ("GET", "HEAD", "OPTIONS"):
        raise TransactionMisuse(f"{request.method} never writes")


@contextmanager
def savepoint() -> Iterator[None]:
    """One item of a batch: its failure undoes the item and leaves the batch standing."""
    if not _writing.get():
        raise TransactionMisuse("a savepoint belongs inside a transaction")
    with db.session.begin_nested():
        yield


Row = TypeVar("Row", bound=Model)


def lock(kind: type[Row], ids: Iterable[int]) -> list[Row]:
    """The rows with these ids, fresh and locked until the end of the transaction, always in ascending id.

    On SQLite the transaction itself is the lock and this only reads afresh. On PostgreSQL rows that refer to the locked
    ones may still be added meanwhile (keys never change), or a door and a change of the same registration would wait
    for each other.
    """
    key = kind.__mapper__.primary_key[0]
    chosen = select(kind).where(key.in_(sorted(set(ids)))).order_by(key)
    return list(db.session.scalars(chosen.with_for_update(key_share=True).execution_options(populate_existing=True)))


def _writer() -> Writer:
    writer: Writer = current_app.extensions["uketsuke_writer"]
    return writer


def _begin(connection: Any) -> None:
    connection.connection.driver_connection.execute(BEGIN_WRITING if _writing.get() else "BEGIN")


def _guard_writes(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if statement.lstrip()[:6].upper() in _WRITES:
        refuse_stray_writes(statement.split(maxsplit=1)[0])


def refuse_stray_writes(verb: str, engine: Any = None) -> None:
    """Raise TransactionMisuse outside a transaction; said before every write. `engine`: upgrades have their own."""
    if not _writing.get() and (engine is None or event.contains(engine, "before_cursor_execute", _guard_writes)):
        raise TransactionMisuse(f"a write outside a transaction: {verb}")

"""What is sent to the database, by whichever way: through the session, or straight to the driver."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from app.db import db
from app.direct import Direct


@contextmanager
def noted() -> Iterator[list[str]]:
    """The statements sent inside, in their order; the beginning of a transaction is none."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    def noting(name: str) -> Any:
        real = getattr(Direct, name)

        def run(direct: Direct, *arguments: Any) -> Any:
            sent.append(direct.statement.__visit_name__.upper())
            return real(direct, *arguments)

        return patch.object(Direct, name, run)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with noting("ask"), noting("write"), noting("write_columns"), noting("change"):
            yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

"""What stands in a statement itself is written into its text instead of being sent beside it."""

from typing import Any

from sqlalchemy.sql.visitors import cloned_traverse
from sqlalchemy.types import NullType


def with_constants(statement: Any) -> Any:
    """What stands in the statement itself is no parameter: PostgreSQL plans once for all values of those, and only what
    it reads can it plan for, an index of some rows above all."""

    def keep(parameter: Any) -> None:
        known = isinstance(parameter.value, str | int) and not isinstance(parameter.type, NullType)
        parameter.literal_execute = known and not parameter.required

    return statement if statement.is_dml else cloned_traverse(statement, {}, {"bindparam": keep})


def written_out(compiled: Any) -> str:
    """The statement with its constants in their places."""
    sql = str(compiled)
    for one in compiled.literal_execute_params:
        sql = sql.replace(f"__[POSTCOMPILE_{compiled.bind_names[one]}]", compiled.render_literal_bindparam(one))
    return sql

"""The temporary table that holds the rows of one kind on their way into the books."""

from closing_site import sql
from closing_site.kind import Kind
from closing_site.staged import Staged


def stage_nothing(kind: Kind, *, is_partial: bool) -> Staged:
    """The empty table of a kind of which there are no rows."""
    staged = Staged(kind.name, f"staged_{kind.name}", kind.key, frozenset(), is_partial)
    columns = [f"{column.name} {column.sql_type}" for column in kind.columns]
    columns += [f"{name} {sql_type}" for name, (_, sql_type, _) in kind.derived.items()]
    sql.execute(f"DROP TABLE IF EXISTS {staged.table}")
    sql.execute(
        f"CREATE TEMPORARY TABLE {staged.table} (line integer, {', '.join(columns)}) ON COMMIT DROP"
    )
    return staged

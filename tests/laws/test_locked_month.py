"""Law 8: in a locked month nothing is inserted, changed, deleted, moved in or out (and law 2)."""

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, models, transaction

from closing_site.acting import acting
from closing_site.database_objects.declarations import declared_laws
from closing_site.laws import Guarded
from tests.laws.books import FEBRUARY, JANUARY, MARCH, Books, execute, rows
from tests.laws.guarded import GUARDED, GuardedTable

pytestmark = pytest.mark.django_db

every_table = pytest.mark.parametrize("guarded", GUARDED.values(), ids=GUARDED)


def model_of(table: str) -> type[models.Model]:
    (model,) = (model for model in apps.get_models() if model._meta.db_table == table)
    return model


def refusal(guarded: GuardedTable) -> str:
    """Of an open month's row law 2 and its like may speak first: it moves nowhere at all."""
    final = "|is final|is issued|is a sign-off|is a number series"
    return JANUARY + (final if "move" in guarded.final else "")


def content(table: str) -> list[tuple[object, ...]]:
    return rows(f"SELECT * FROM {table} ORDER BY id")


def test_every_guarded_table_is_tried_here() -> None:
    guarded = {law.table for law in declared_laws() if isinstance(law, Guarded)}
    # These books attach no file: test_attachments tries its month.
    assert set(GUARDED) == guarded - {"desk_attachmentmonth"}


@every_table
def test_sql_changes_nothing_in_it(books: Books, guarded: GuardedTable) -> None:
    before, key = content(guarded.table), guarded.row_of(JANUARY)
    with pytest.raises(IntegrityError, match=JANUARY):
        execute(f"UPDATE {guarded.table} SET {guarded.change} WHERE id = %s", key)
    assert content(guarded.table) == before


@every_table
def test_the_orm_changes_nothing_in_it(books: Books, guarded: GuardedTable) -> None:
    """Saving writes every column; the settled sums of an open item are not for this role at all."""
    row = model_of(guarded.table)._default_manager.get(pk=guarded.row_of(JANUARY))
    name = guarded.change.split(" ")[0]
    field = next(field for field in row._meta.local_fields if field.column == name)
    after = next(
        value
        for (value,) in rows(
            f"SELECT {guarded.change.split(',')[0].split('= ', 1)[1]} FROM {guarded.table}"
            " WHERE id = %s",
            row.pk,
        )
    )
    setattr(row, field.attname, after)
    only = [field.name] if guarded.table == "customers_openitem" else None
    with pytest.raises(IntegrityError, match=JANUARY), transaction.atomic():
        row.save(update_fields=only)


@every_table
def test_nothing_is_posted_in_it(books: Books, guarded: GuardedTable) -> None:
    before, key = content(guarded.table), guarded.row_of(JANUARY)
    with pytest.raises(IntegrityError, match=guarded.only_one or JANUARY):
        execute(guarded.copied(JANUARY), key)
    assert content(guarded.table) == before


@every_table
def test_nothing_is_deleted_in_it(books: Books, guarded: GuardedTable) -> None:
    before, key = content(guarded.table), guarded.row_of(JANUARY)
    with pytest.raises(IntegrityError, match=JANUARY):
        execute(f"DELETE FROM {guarded.table} WHERE id = %s", key)
    assert content(guarded.table) == before


@every_table
def test_nothing_is_moved_out_of_it(books: Books, guarded: GuardedTable) -> None:
    with pytest.raises(IntegrityError, match=JANUARY):
        execute(guarded.moved(MARCH), guarded.row_of(JANUARY))


@every_table
def test_nothing_is_moved_into_it(books: Books, guarded: GuardedTable) -> None:
    if guarded.of_the_lock:
        execute(guarded.copied(FEBRUARY), guarded.row_of(JANUARY))
    with pytest.raises(IntegrityError, match=guarded.only_one or refusal(guarded)):
        execute(guarded.moved(JANUARY), guarded.row_of(FEBRUARY))


@pytest.mark.parametrize(
    "guarded", [g for g in GUARDED.values() if g.is_dated], ids=lambda g: g.table
)
def test_a_day_of_it_is_no_day_of_another_month(books: Books, guarded: GuardedTable) -> None:
    """Neither a day that is moved, nor a row that comes with it."""
    with pytest.raises(IntegrityError, match=refusal(guarded)):
        execute(
            f"UPDATE {guarded.table} SET posted_on = '2026-01-31' WHERE id = %s",
            guarded.row_of(FEBRUARY),
        )
    row = guarded.copied(FEBRUARY).replace("'2026-02-27'", "'2026-01-31'")
    with pytest.raises(IntegrityError, match=JANUARY):
        execute(row, guarded.row_of(JANUARY))


@every_table
def test_no_one_empties_it(
    books: Books, guarded: GuardedTable, owner_cursor: psycopg.Cursor[object]
) -> None:
    with pytest.raises(ProgrammingError, match=f"permission denied for table {guarded.table}"):
        execute(f"TRUNCATE {guarded.table}")
    with pytest.raises(psycopg.errors.CheckViolation, match=f"{guarded.table} is never emptied"):
        owner_cursor.execute(f"TRUNCATE {guarded.table} CASCADE")


@every_table
def test_the_owner_changes_nothing_in_it_either(
    books: Books, guarded: GuardedTable, owner_cursor: psycopg.Cursor[object]
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=JANUARY):
        owner_cursor.execute(
            f"UPDATE {guarded.table} SET {guarded.change} WHERE id = {guarded.row_of(JANUARY)}"
        )


@every_table
def test_an_open_month_takes_what_is_not_final(books: Books, guarded: GuardedTable) -> None:
    source = guarded.row_of(JANUARY)
    if guarded.of_the_lock:
        execute(guarded.copied(FEBRUARY), source)
    key = guarded.row_of(FEBRUARY)
    statements = {
        "update": f"UPDATE {guarded.table} SET {guarded.change} WHERE id = %s",
        "insert": guarded.copied(FEBRUARY),
        "move": guarded.moved(MARCH),
        "delete": f"DELETE FROM {guarded.table} WHERE id = %s",
    }
    for name, statement in statements.items():
        values = source if name == "insert" else key
        if name in guarded.final or (name == "insert" and guarded.only_one):
            with pytest.raises(IntegrityError):
                execute(statement, values)
        else:
            # A sign-off is taken of who signs; ann signed all of these books.
            with acting("ann"):
                assert execute(statement, values) == 1, name

"""What the role that serves may not do, whatever it sends."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from closing_site.database_objects.declarations import law_triggers
from tests.laws.books import JANUARY, Books, execute, rows
from tests.laws.guarded import GUARDED

pytestmark = pytest.mark.django_db

TABLES = sorted({trigger.table for trigger in law_triggers()})


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("which", ["ALL", "USER"])
def test_it_switches_no_trigger_off(table: str, which: str) -> None:
    with pytest.raises(ProgrammingError, match="must be owner"):
        execute(f"ALTER TABLE {table} DISABLE TRIGGER {which}")


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = 'replica'",
        "SELECT set_config('session_replication_role', 'replica', true)",
        "DROP TRIGGER payments_payment_law_08_insert ON payments_payment",
        "ALTER FUNCTION closing_require_open(bigint[], text, text) SECURITY INVOKER",
        "DROP FUNCTION law_8_insert() CASCADE",
        "CREATE RULE no_delete AS ON DELETE TO payments_payment DO INSTEAD NOTHING",
        "CREATE TABLE payments_more () INHERITS (payments_payment)",
        "LOCK TABLE pg_catalog.pg_trigger",
    ],
)
def test_it_takes_no_law_away(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind,"
        " document_id, document_number) SELECT id, now(), 'ann', 'made up', 'x', 1, '1'"
        " FROM companies_company",
        "UPDATE companies_auditentry SET actor = 'someone'",
        "DELETE FROM companies_auditentry",
        "TRUNCATE companies_auditentry",
        "UPDATE customers_openitem SET settled = 0",
        "UPDATE customers_openitem SET base_settled = amount",
    ],
)
def test_it_writes_neither_the_audit_nor_what_is_settled(books: Books, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied for table"):
        execute(statement)


@pytest.mark.parametrize(
    "function",
    [
        "companies_company_law_13_insert",
        "payments_allocation_law_5_insert",
        "payments_deduction_law_5_insert",
        "orders_delivery_law_13_update",
    ],
)
def test_it_puts_no_law_on_a_table_of_its_own(books: Books, function: str) -> None:
    """The function would write the audit, or settle an item, from rows that it made up."""
    with pytest.raises(ProgrammingError, match=f"permission denied for function {function}"):
        execute(
            "CREATE TEMP TABLE mine (LIKE payments_allocation);"
            "CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


def test_a_temporary_table_stands_in_for_no_period(books: Books) -> None:
    with transaction.atomic():
        execute("CREATE TEMP TABLE periods_period AS SELECT * FROM public.periods_period")
        execute("UPDATE pg_temp.periods_period SET status = 'open'")
        with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked"):
            execute("UPDATE payments_payment SET memo = 'Other' WHERE reference = 'P-3'")


@pytest.mark.parametrize(
    "setting", ["closing.actor", "search_path", "default_transaction_isolation"]
)
def test_no_setting_opens_a_locked_month(books: Books, setting: str) -> None:
    values = {
        "closing.actor": "postgres",
        "search_path": "pg_temp",
        "default_transaction_isolation": "serializable",
    }
    rows("SELECT set_config(%s, %s, true)", setting, values[setting])
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked"):
        execute("UPDATE public.payments_payment SET memo = 'Other' WHERE reference = 'P-3'")


def test_copy_and_merge_are_held_like_any_insert(books: Books) -> None:
    guarded = GUARDED["payments_payment"]
    insert = guarded.copied(JANUARY)
    source = insert[insert.index(" SELECT ") :]
    key = guarded.row_of(JANUARY)
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked"):
        execute(
            "MERGE INTO payments_payment AS p USING (SELECT 1) AS one ON p.id = %s"
            " WHEN MATCHED THEN UPDATE SET memo = 'Other'",
            key,
        )
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked"):
        execute(
            insert.split(" SELECT ")[0] + source + " ON CONFLICT (company_id, reference)"
            " DO UPDATE SET memo = 'Other'",
            key,
        )

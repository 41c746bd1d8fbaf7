"""The registry of laws against what the database has: nothing more, nothing less."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.db.models import Model

from closing_site.database_objects.declarations import (
    declared_laws,
    law_triggers,
    triggers_by_name,
)
from closing_site.laws import Belongs, Exempt, Guarded, Trigger
from tests.laws.books import rows

pytestmark = pytest.mark.django_db

#: Bits of pg_trigger.tgtype.
ROW, BEFORE = 1, 2
EVENTS = {4: "INSERT", 8: "DELETE", 16: "UPDATE", 32: "TRUNCATE"}

TRIGGERS = """
    SELECT t.tgname, c.relname, t.tgtype, t.tgenabled, t.tgdeferrable AND t.tginitdeferred,
        p.prosecdef, p.proconfig, p.proowner = c.relowner, t.tgqual IS NOT NULL
    FROM pg_trigger AS t
    JOIN pg_class AS c ON c.oid = t.tgrelid
    JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
        AND c.relname NOT LIKE 'procrastinate%'
"""
WITH_COLUMN = """
    SELECT c.relname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
        AND a.attname = %s AND NOT a.attisdropped
"""


def declared() -> dict[tuple[str, str], Trigger]:
    """What two laws of a table share, as its TRUNCATE, is declared twice and made once."""
    return {(t.table, t.name): t for t in triggers_by_name(law_triggers()).values()}


def with_column(name: str) -> set[str]:
    return {table for (table,) in rows(WITH_COLUMN, name)}


def test_every_table_with_a_period_is_guarded_or_exempt_with_a_reason() -> None:
    guarded = {law.table for law in declared_laws() if isinstance(law, Guarded)}
    exempt = {law.table: law.reason for law in declared_laws() if isinstance(law, Exempt)}
    assert guarded | set(exempt) == with_column("period_id")
    assert not guarded & set(exempt)
    assert all(len(reason) > 20 for reason in exempt.values())


def test_what_a_lock_guards_is_what_design_says_it_does() -> None:
    """Confirmations, documents, lines, allocations, deductions and vouchers (law 8)."""
    guarded = {law.table for law in declared_laws() if isinstance(law, Guarded)}
    assert guarded >= {
        *("orders_delivery", "orders_unbilled", "invoicing_invoice", "invoicing_invoiceline"),
        *("invoicing_invoicetax", "invoicing_numberseries", "payments_payment"),
        *("payments_allocation", "payments_deduction", "customers_openitem"),
        *("reconciliation_voucher", "reconciliation_voucherline", "reconciliation_customerbalance"),
    }


def test_a_guarded_table_with_a_day_of_posting_holds_it_to_its_period() -> None:
    guarded = {law.table: law.dated for law in declared_laws() if isinstance(law, Guarded)}
    dated = {table for table, is_dated in guarded.items() if is_dated}
    assert dated == set(guarded) & with_column("posted_on")


def test_the_triggers_in_the_database_are_those_declared() -> None:
    found = {(table, name) for name, table, *_ in rows(TRIGGERS)}
    assert found == set(declared())


def test_two_different_triggers_of_one_name_on_a_table_are_refused() -> None:
    """The database would keep the one declared last, and the first invariant would be lost."""
    one = Trigger("orders_order_law_99", "orders_order", "UPDATE", body="RETURN NULL;")
    other = replace(one, body="RETURN OLD;")
    elsewhere = replace(one, table="orders_orderline")
    assert list(triggers_by_name([one, one, elsewhere]).values()) == [one, elsewhere]
    with pytest.raises(ValueError, match=r"orders_order\.orders_order_law_99") as refused:
        triggers_by_name([one, elsewhere, other])
    assert str(one) in str(refused.value)
    assert str(other) in str(refused.value)


def test_every_trigger_fires_when_and_as_it_is_declared() -> None:
    made = declared()
    for name, table, kind, _enabled, is_deferred, *_ in rows(TRIGGERS):
        trigger = made[table, name]
        assert bool(kind & ROW) == trigger.each_row, name
        assert bool(kind & BEFORE) == (trigger.timing == "BEFORE"), name
        assert [event for bit, event in EVENTS.items() if kind & bit] == [trigger.event], name
        assert is_deferred == trigger.is_deferred, name


def test_no_session_switches_a_trigger_off() -> None:
    """ENABLE ALWAYS: it fires for ``session_replication_role = replica`` too."""
    assert {name: enabled for name, _, _, enabled, *_ in rows(TRIGGERS) if enabled != "A"} == {}


def test_a_triggers_function_has_its_owners_rights_and_a_search_path_of_its_own() -> None:
    made = {name: trigger for (_, name), trigger in declared().items()}
    for name, _, _, _, _, is_owners, settings, owns_table, _ in rows(TRIGGERS):
        assert is_owners, name
        probing = ["enable_seqscan=off"] if made[name].probes else []
        formats = ["TimeZone=UTC", "DateStyle=ISO, YMD"] if made[name].hashes else []
        path = "search_path=pg_catalog, public, pg_temp"
        assert settings == [path, *probing, *formats], name
        assert owns_table, name


def test_every_guarded_table_has_a_trigger_an_event() -> None:
    made = declared()
    for law in declared_laws():
        if isinstance(law, Guarded):
            events = {
                trigger.event
                for (table, name), trigger in made.items()
                if table == law.table and ("_law_08_" in name or name.endswith("_no_truncate"))
            }
            assert events == {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}, law.table


#: Row triggers, which cost a call a row: refusals that stop a row before it is touched, and rows
#: that are few. What a run writes by the thousand is judged a statement at a time.
ROW_BY_ROW = {
    "_law_2_update": "refuses the row at once; its condition is all that a row costs",
    "_law_2_delete": "refuses the row at once; its condition is all that a row costs",
    "customers_openitem_law_5_": "refuses what a condition on the row finds",
    "customers_openitem_law_08_update": "settling passes by its condition, without a call",
    "reconciliation_account_law_4_": "refuses what a condition on the row finds",
    "_law_2_code": "master data; passes by its condition where the code stays",
    "_law_2_rate": "a handful of rates",
    "_law_2_data": "a row of a company's own data",
    "companies_codechange_": "refuses the row at once",
    "companies_deputy_": "refuses the row at once",
    "companies_support": "refuses the row at once",
    "_law_13_company": "few statements name the company; passes by its condition, without a call",
    "_law_1_counter_": "a series is written once a chunk",
    "invoicing_numberseries_law_1_": "refuses the row at once",
    "laws_pending_law_2_": "one a statement",
    "periods_": "a handful a month",
    "reports_": "one a lock",
    "desk_": "refuses the row at once",
    "companies_audit": "refuses the row at once",
}


#: Tables into which no run inserts more than a few.
FEW = ("laws_pending_", "periods_")


def test_a_row_trigger_is_declared_as_one_and_has_a_reason() -> None:
    for name, _, kind, *_, has_condition in rows(TRIGGERS):
        if kind & ROW:
            assert any(part in name for part in ROW_BY_ROW), name
            # Rows that a run inserts pass by its condition, without a call.
            assert kind & 4 == 0 or has_condition or name.startswith(FEW), name


def test_the_serving_role_runs_no_function_of_a_trigger() -> None:
    """Else it could put one on a table of its own, and write what the owner may write."""
    found = rows(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND prorettype = 'trigger'::regtype AND has_function_privilege(oid, 'EXECUTE')"
    )
    assert found == []


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.db_table)
def test_a_row_of_a_company_is_held_to_it_by_a_key(model: type[Model]) -> None:
    table = model._meta.db_table
    if table not in with_column("company_id"):
        return
    keys = rows(
        "SELECT conname, ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = conrelid"
        " AND attnum = ANY (conkey)) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = %s::regclass AND convalidated",
        table,
    )
    of_table = [law for law in declared_laws() if getattr(law, "table", "") == table]
    is_guarded = any(isinstance(law, Guarded) for law in of_table)
    always_dated = is_guarded and not model._meta.get_field("period").null
    belongs = any(isinstance(law, Belongs) for law in of_table)
    assert always_dated or belongs or any("company_id" in columns for _name, columns in keys), table


def test_every_key_to_a_row_of_a_company_carries_the_company() -> None:
    """A key of one column to a table with a company could point into another one's books."""
    found = rows(
        """
        SELECT con.conrelid::regclass::text, con.conname FROM pg_constraint AS con
        JOIN pg_attribute AS a ON a.attrelid = con.confrelid AND a.attname = 'company_id'
        JOIN pg_attribute AS b ON b.attrelid = con.conrelid AND b.attname = 'company_id'
        WHERE con.contype = 'f' AND cardinality(con.conkey) = 1
        ORDER BY 1, 2
        """
    )
    # Their approval is held to the company by laws 5 and 11.
    assert {table for table, _name in found} <= {"orders_unbilled", "payments_deduction"}

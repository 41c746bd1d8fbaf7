"""Every column of every table: whoever changes it with the triggers switched off is found, or the
column is exempt with a reason. The cases are the tables and columns that the database has."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg.conninfo import conninfo_to_dict

from closing_site.acting import acting
from closing_site.companies.models import Company, ExchangeRate
from closing_site.database_objects.declarations import keyed_tables
from closing_site.desk.models import Attachment
from closing_site.wizard.integrity.broken_audit import broken_audit
from closing_site.wizard.integrity.broken_laws import broken_laws
from closing_site.wizard.integrity.broken_seals import broken_seals
from closing_site.wizard.integrity.broken_trail import broken_trail
from closing_site.wizard.integrity.problem import Problem
from reconciliation.changing_codes import change_code
from reports.pack import keep_pack
from tests.commands import run
from tests.laws.books import CODE, FEBRUARY, JANUARY, REASON, Books, person, rows, value

pytestmark = pytest.mark.django_db(transaction=True)

#: Tables of which no change has to be found, and why.
EXEMPT_TABLES: Mapping[str, str] = {
    "companies_user": "a person belongs to no books; what they did is in seals and audit",
    "backups_backup": "which backups of the installation were made; no books",
    "backups_requestfailure": "errors of the program, for whoever runs the installation",
    "backups_slowstatement": "statements that took long, for whoever runs the installation",
    "companies_invitation": "an offer to people; what came of it is a membership",
    "companies_supportaccess": "who from support was let in to read; no books, and in the audit",
    "companies_supportvisit": "when someone from support came in; no books, and in the audit",
    "companies_usersession": "who is signed in where; no books",
    "companies_tablepreference": "which columns of a list a person wants to see",
    "companies_auditpending": "empty once the chain is continued; a batch without a link is found",
    "periods_preparation": "bars an approver before the lock; who approved is sealed",
    "desk_attachmentmonth": "which seal holds an attachment: the sealed list says so as well",
    "desk_leftout": "what the last run left out and why; the run says it again",
    "wizard_verification": "when the books were checked; checking again records it",
    "wizard_procedurestep": "who does what in a close, in words; no books",
    "orders_deferral": "a standing word, in the audit; what a locked month deferred is sealed",
    "desk_followup": "reminders of what documents say themselves",
    "desk_idempotencykey": "kept for a while, so that a form sent twice acts once",
    "desk_notification": "messages to people",
    "desk_outboxmessage": "messages to people",
    "desk_jobfailure": "failed background jobs, for whoever runs the installation",
    "desk_workerbeat": "when a worker was last alive",
    "desk_run": "progress of runs; what they did is in the documents",
    "desk_stepstock": "figures kept for pages; the lock counts from the books",
    "desk_workingfile": "deleted after a while; what was imported is in the books and the audit",
}
#: Columns of which no change has to be found, and why.
EXEMPT_COLUMNS: Mapping[str, str] = {
    "companies_auditlink.linked_at": "when a job ran",
    "customers_customer.sales_rep_id": "compared by the rep's code; these books have no rep",
    "orders_order.closed_by_file": "whose word it was; in the audit",
    "orders_taxrate.recorded_at": "when it was recorded; its entry in the audit says so",
    "companies_company.created_at": "no figure rests on it",
    "customers_openitem.base_settled": "a running sum; the roll-forward adds up the allocations",
    "customers_openitem.due_on": "of a payment; an invoice's is compared",
    "customers_openitem.issued_on": "of a payment; an invoice's is compared",
    "invoicing_partysnapshot.digest": "finds an equal party; with another one it is written again",
    "reports_closepack.rendered_at": "when a job ran; the pack itself is hashed",
    "reports_closepack.language": "under which it is found; the pack itself is hashed",
    **dict.fromkeys(
        (
            *("orders_order.sort_key", "orders_order.number_prefix", "orders_order.number_value"),
            *("orders_order.customer_code", "orders_order.required_on", "orders_order.note"),
            *("orders_order.cancel_reason", "orders_order.customer_reference"),
            *("orders_order.delivered_on", "orders_order.close_reason"),
            *("orders_order.closed_on", "orders_order.cancelled_net", "orders_order.closed_at"),
        ),
        "may change after its invoice, and is in the audit when it does; no sealed figure rests"
        " on it",
    ),
    **dict.fromkeys(
        (
            *("orders_orderline.line_number", "orders_orderline.given_tax_rate"),
            *("orders_orderline.tax_rate", "orders_orderline.tax_category"),
            *("orders_orderline.net", "orders_orderline.tax", "orders_orderline.product_id"),
            "orders_orderline.missing_since",
        ),
        "what was billed is on the sealed line of the invoice; the rate is that of its tax point",
    ),
}
#: Columns of master data from a file: the audit has the file, not the row. What figures rest on is
#: on the sealed invoice line; names of locked months are sealed.
FROM_A_FILE = "orders_product."
#: Tables that these books leave empty, each with its own tests.
EMPTY = {
    "companies_deputy": "whom an approver stood in for is sealed in the seal's details",
    "customers_salesrep": "the names of reps in a locked month are sealed",
    "invoicing_invoiceprogress": "kept by triggers and compared in tests of part billing",
    "periods_preparationreview": "who reviewed whom is sealed in the seal's details",
    "orders_formertaxrate": "a record of triggers alone; the rate billed is on the sealed line",
    "orders_removedline": "what a file removed; its audit entries say the same",
    "payments_bankaccount": "where money is received; payments are sealed themselves",
    "payments_bankstatementline": "what a bank said; payments are sealed themselves",
    "payments_bankstatement": "what a bank said; payments are sealed themselves",
}

#: How another value is made, by the column's type: the first that the table takes.
OTHER: Mapping[str, tuple[str, ...]] = {
    "text": ("left({c}, 1) || 'x'", "'x'", "'EUR'", "'other'", "'note'", "''"),
    "character varying": (
        *("left({c}, 1) || 'x'", "'x'", "'USD'", "'other'", "'open'", "'admin'", "'note'"),
        *("'cash'", "'draft'", "'discount'", "'credit'", "'month'", "'exempt'"),
    ),
    "boolean": ("NOT {c}",),
    "date": ("{c} + 1", "{c} - 1", "'2026-01-15'"),
    "timestamp with time zone": ("{c} + interval '1 hour'", "now()"),
    "jsonb": ("'{{\"x\": 1}}'",),
    "bytea": ("'x'::bytea",),
    "ARRAY": ("{c}[2:] || {c}[1:1]", "{c} || {c}"),
    "xid8": ("'99'::xid8",),
}
NUMBERS = ("{c} + 1", "{c} - 1", "1", "2")


def columns() -> list[tuple[str, str, str]]:
    return rows(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND is_generated = 'NEVER'"
    )


def fill(books: Books) -> None:
    """A row in each of the tables that the two months leave empty."""
    company = books.company
    with acting("ann"):
        Attachment.objects.create(
            company=company, document_kind="order", document_id=1, document_number="O-1",
            name="note.txt", content_type="text/plain", content=b"x", added_by=person("ann"),
        )  # fmt: skip
        ExchangeRate.objects.create(
            company=company, currency="USD", valid_from="2026-02-01", rate="0.9"
        )
        change_code(
            company=company, kind="customer", old="A", new="A-1", reason=REASON,
            valid_from=books.period(FEBRUARY).starts_on, by=person("ann"),
        )  # fmt: skip
    assert books.close(FEBRUARY)["status"] == "locked"
    keep_pack(books.period(JANUARY).seals.get())
    reopened, status = run(
        *("reopen_period", FEBRUARY, "--company", CODE, "--reason", REASON),
        *("--as", "ann", "--approve-as", "mo"),
    )
    assert status == 0, reopened


@pytest.fixture
def superuser(books: Books, superuser_cursor: Any) -> Iterator[None]:
    """Django works as the superuser, who can switch the triggers off."""
    fill(books)
    info = conninfo_to_dict(superuser_cursor.connection.info.dsn)
    settings, before = connection.settings_dict, dict(connection.settings_dict)
    connection.close()
    settings.update(USER=info["user"], PASSWORD=superuser_cursor.connection.info.password)
    try:
        yield
    finally:
        connection.close()
        settings.update(before)


def first_problem(company: Company) -> Problem | None:
    for found in (
        broken_trail(company),
        broken_seals(company, None),
        broken_laws(company, None),
        broken_audit(company, None),
    ):
        if problem := next(found, None):
            return problem
    return None


def row_to_change(table: str, names: set[str]) -> int | None:
    """One of the locked month, else the first."""
    if table == "periods_period":
        return int(value("SELECT id FROM periods_period WHERE code = %s", JANUARY))
    if "period_id" in names:
        found = rows(
            f"SELECT min(t.id) FROM {table} AS t JOIN periods_period AS p ON p.id = t.period_id"
            " WHERE p.code = %s",
            JANUARY,
        )
        if found[0][0]:
            return int(found[0][0])
    first = value(f"SELECT min(id) FROM {table}")
    return None if first is None else int(first)


def change(table: str, column: str, kind: str, key: int) -> bool:
    """Give the row another value, by any that the table takes; False where none is."""
    for candidate in OTHER.get(kind, NUMBERS):
        other = candidate.format(c=column)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {table} SET {column} = {other} WHERE id = %s"
                    f" AND {column} IS DISTINCT FROM ({other})",
                    [key],
                )
                if cursor.rowcount == 1:
                    return True
        except DatabaseError:
            continue
    return False


TABLES = sorted(keyed.table for keyed in keyed_tables() if keyed.table not in EXEMPT_TABLES)


@pytest.mark.parametrize("part", range(4))
def test_every_column_is_covered_or_exempt_with_a_reason(
    books: Books, superuser: None, part: int
) -> None:
    of_table: dict[str, dict[str, str]] = {}
    for table, column, kind in columns():
        of_table.setdefault(table, {})[column] = kind
    company, missed = books.company, []
    with transaction.atomic():
        assert first_problem(company) is None
    for table in TABLES[part::4]:
        key = row_to_change(table, set(of_table[table]))
        if key is None:
            if table not in EMPTY:
                missed.append(f"{table} is empty")
            continue
        for column, kind in of_table[table].items():
            name = f"{table}.{column}"
            if column in ("id", "company_id") or name in EXEMPT_COLUMNS:
                continue
            if name.startswith(FROM_A_FILE):
                continue
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
                # A constraint that no switch turns off refuses every other value of some columns.
                if change(table, column, kind, key) and first_problem(company) is None:
                    missed.append(name)
                transaction.set_rollback(True)
    assert missed == []


def test_what_is_exempt_exists_and_has_a_reason() -> None:
    known = {(table, column) for table, column, _kind in columns()}
    assert set(EXEMPT_TABLES) <= {table for table, _column in known}
    gone = {name for name in EXEMPT_COLUMNS if tuple(name.split(".")) not in known}
    assert gone == set()
    reasons = (*EXEMPT_TABLES.values(), *EXEMPT_COLUMNS.values(), *EMPTY.values())
    assert all(len(why) > 10 for why in reasons)

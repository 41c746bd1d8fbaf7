"""What documents rest on changes no more once they do, or by a dated successor alone."""

from datetime import date

import pytest
from django.db import IntegrityError

from closing_site.companies.models import AuditEntry
from reconciliation.changing_codes import change_code
from reconciliation.errors import ChangesBeforeTheOpenMonth, CodeTaken
from reports.figures import REPORTS
from reports.report import figures
from tests.commands import run
from tests.laws.books import CODE, FEBRUARY, JANUARY, REASON, Books, execute, person, rows
from tests.laws.tampering import verify

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE companies_company SET code = 'X'", "has documents"),
        ("UPDATE companies_company SET first_day = '2025-12-01'", "has documents"),
        ("UPDATE companies_company SET time_zone = 'Asia/Shanghai'", "has documents"),
        ("UPDATE companies_company SET currency = 'CNY'", "has documents"),
        ("UPDATE customers_customer SET code = 'X' WHERE code = 'A'", "dated successor"),
        ("UPDATE reconciliation_account SET code = '9' WHERE role = 'revenue'", "dated successor"),
        ("UPDATE orders_taxrate SET percent = 20 WHERE percent = 19", "tax rate in use"),
        ("DELETE FROM orders_taxrate WHERE percent = 19", "tax rate in use"),
    ],
)
def test_in_use_it_stays(books: Books, statement: str, says: str) -> None:
    with pytest.raises(IntegrityError, match=says):
        execute(statement)


def test_not_in_use_it_may_change(books: Books) -> None:
    empty = Books.begin(books.folder, code="EMPTY").company
    empty.time_zone, empty.first_day = "Asia/Shanghai", date(2025, 12, 1)
    empty.save()
    assert rows("SELECT time_zone FROM companies_company WHERE code = 'EMPTY'") == [
        ("Asia/Shanghai",)
    ]


def test_a_code_changes_by_a_dated_successor_that_the_audit_tells(books: Books) -> None:
    period = books.period(JANUARY)
    before = figures(REPORTS["receivables"], period).as_json()
    changed, status = run(
        *("change_code", "customer", "A", "A-1", "--company", CODE, "--from", "2026-02-01"),
        *("--reason", REASON, "--as", "ann"),
    )
    assert (status, changed["new_code"]) == (0, "A-1")
    entries = AuditEntry.objects.filter(document_kind__in=["code_change", "customer"])
    assert {"code_changed", "changed"} <= set(entries.values_list("action", flat=True))
    # A locked month's report keeps the code, an open month's has the new one.
    assert figures(REPORTS["receivables"], period).as_json() == before
    shown = figures(REPORTS["receivables"], books.period(FEBRUARY)).rows
    assert "A-1" in {row["customer_code"] for row in shown}
    assert verify() == []


def test_a_successor_is_no_code_that_was_used_and_begins_in_an_open_month(books: Books) -> None:
    def change(new: str, day: date) -> None:
        change_code(
            company=books.company,
            kind="customer",
            old="A",
            new=new,
            valid_from=day,
            reason=REASON,
            by=person("ann"),
        )

    with pytest.raises(CodeTaken):
        change("B", date(2026, 2, 1))
    with pytest.raises(ChangesBeforeTheOpenMonth):
        change("A-1", date(2026, 1, 31))


def test_an_account_in_use_gets_another_code(books: Books) -> None:
    ((old,),) = rows("SELECT code FROM reconciliation_account WHERE role = 'revenue'")
    change_code(
        company=books.company,
        kind="account",
        old=old,
        new="600199",
        valid_from=date(2026, 2, 1),
        reason=REASON,
        by=person("ann"),
    )
    assert rows("SELECT code FROM reconciliation_account WHERE role = 'revenue'") == [("600199",)]
    with pytest.raises(IntegrityError, match="stays as it is"):
        execute("UPDATE companies_codechange SET reason = 'x'")

"""A finding about two records that differ says what each of them says."""

import pytest

from closing_site.desk.models import Finding
from closing_site.desk.registry import message_of
from closing_site.periods.models import Period
from closing_site.wizard.checking import ask_checks
from closing_site.wizard.steps import all_steps
from tests.laws.books import CODE, FEBRUARY, Books
from tests.laws.tampering import Cursor, tamper

pytestmark = pytest.mark.django_db(transaction=True)

OF_FEBRUARY = f"(SELECT id FROM periods_period WHERE code = '{FEBRUARY}')"


def found(step: str, check: str) -> Finding:
    period = Period.objects.select_related("company").get(company__code=CODE, code=FEBRUARY)
    ask_checks(period, next(one for one in all_steps() if one.slug == step))
    return Finding.objects.get(period=period.pk, check_slug=check, resolved_at=None)


def test_an_invoice_that_differs_from_its_order(signed: Books, superuser_cursor: Cursor) -> None:
    tamper(
        superuser_cursor,
        "invoicing_invoiceline",
        "UPDATE invoicing_invoiceline SET unit_price = unit_price + 1 WHERE id = (SELECT min(id)"
        f" FROM invoicing_invoiceline WHERE period_id = {OF_FEBRUARY})",
    )
    finding = found("invoice", "invoice-differs-from-order")
    (line,) = finding.parameters["lines"]
    assert line["field"] == "unit_price"
    assert float(line["invoiced"]) == float(line["ordered"]) + 1
    said = message_of(finding.check_slug, finding.parameters, finding.currency)
    assert line["invoiced"] in said
    assert line["ordered"] in said


def test_a_journal_entry_out_of_balance(signed: Books, superuser_cursor: Cursor) -> None:
    tamper(
        superuser_cursor,
        "reconciliation_voucherline",
        "UPDATE reconciliation_voucherline SET credit = credit + 1 WHERE id = (SELECT l.id"
        " FROM reconciliation_voucherline AS l"
        " JOIN reconciliation_account AS a ON a.id = l.account_id AND a.role = 'revenue'"
        f" WHERE l.period_id = {OF_FEBRUARY} AND l.credit > 0 ORDER BY l.id LIMIT 1)",
    )
    finding = found("reconcile", "voucher-out-of-balance")
    told = finding.parameters
    assert float(told["credit"]) == float(told["debit"]) + 1
    (part,) = told["parts"]
    assert part["account"] == "revenue"
    assert float(part["booked"]) == float(part["stated"]) + 1

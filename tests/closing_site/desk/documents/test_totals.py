"""What stands below a column that one adds up: signed, by currency and in the company's."""

import re
from decimal import Decimal

import pytest
from django.db.models import Case, F, Q, Sum, When
from django.test import Client

from closing_site.companies.models import Company
from closing_site.customers.models import Customer, OpenItem
from closing_site.money import round_money
from closing_site.pages import totals
from invoicing.models import Invoice
from orders.tables import DeliveryTable
from payments.models import Payment
from payments.tables import PaymentTable
from tests.closing_site.desk.documents.reading import page, reader, rows
from tests.sql_counts import assert_sql_count

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]

ASKED = {"HX-Request": "true", "HX-Target": "list-totals"}
#: Address, columns with a total, and the fewest currencies that the demo company has in it.
SUMMED = [
    ("/orders/", ["Gross"], 2),
    ("/orders/?month=2026-10", ["Gross"], 1),
    ("/deliveries/", ["Gross"], 2),
    ("/deliveries/?month=2026-09", ["Gross"], 1),
    ("/deliveries/?state=held_back", ["Gross"], 1),
    ("/invoices/", ["Gross", "Open"], 2),
    ("/invoices/?month=2026-09", ["Gross", "Open"], 1),
    ("/payments/", ["Amount", "Unapplied"], 2),
    ("/payments/?kind=refund", ["Amount", "Unapplied"], 1),
    ("/reconciliation/open-items/", ["Amount", "Settled", "Open"], 2),
]

#: Label → title of the column → amount.
Footer = dict[str, dict[str, Decimal]]


def amount(text: str) -> Decimal:
    return Decimal(re.sub(r"<[^>]+>|,", "", text).replace("\N{MINUS SIGN}", "-").strip())


def footer(client: Client, url: str) -> Footer:
    answer = client.get(f"{url}{'&' if '?' in url else '?'}totals=on", headers=ASKED)
    content = answer.content.decode()
    assert "<table" not in content
    found: Footer = {}
    for line in content.split('class="total-line"')[1:]:
        label = re.sub(r"<[^>]+>|\s+", " ", line.partition("</th>")[0].partition("(")[0][1:])
        cells = re.findall(r'data-title="([^"]+)">(.+?)</td>', line)
        # Where an order has no rate there is no total in base currency.
        known = {title: amount(text) for title, text in cells if "nothing" not in text}
        found[" ".join(label.split())] = known
    return found


@pytest.mark.parametrize(("url", "columns", "currencies"), SUMMED)
def test_a_list_is_added_up_by_currency(url: str, columns: list[str], currencies: int) -> None:
    client = reader("finance", "en")
    sums: Footer = {}
    for row in rows(client, url):
        of_currency = sums.setdefault(row["Currency"], dict.fromkeys(columns, Decimal(0)))
        for name in columns:
            of_currency[name] += Decimal(row[name] or 0)
    assert len(sums) >= currencies
    found = footer(client, url)
    for currency, expected in sums.items():
        (line,) = [cells for label, cells in found.items() if label == f"Total {currency}"]
        assert line == expected
    assert any("Total in base currency CNY" in label for label in found) == (list(sums) != ["CNY"])


def test_the_total_in_base_currency_is_that_of_the_books() -> None:
    client = reader("finance", "en")
    base = Invoice.objects.filter(number__isnull=False).aggregate(all=Sum("base_gross"))["all"]
    assert footer(client, "/invoices/")["Total in base currency CNY"]["Gross"] == base
    base = Payment.objects.aggregate(all=Sum("base_amount"))["all"]
    assert footer(client, "/payments/")["Total in base currency CNY"]["Amount"] == base


def test_open_items_are_signed_on_their_list_and_on_the_customer_s_page() -> None:
    """Money that a customer is owed is negative beside the invoices they owe, and the last line is
    what is left of both."""
    signed = Case(
        When(side="debit", then=F("amount") - F("settled")),
        default=F("settled") - F("amount"),
    )
    left = OpenItem.objects.filter(settled__lt=F("amount")).annotate(signed=signed)
    both = Customer.objects.filter(
        pk__in=left.filter(signed__gt=0).values("customer"),
    ).filter(pk__in=left.filter(signed__lt=0).values("customer"))
    customer = both.order_by("code")[0]
    own = list(left.filter(customer=customer).values_list("signed", flat=True))
    found = rows(reader("finance", "en"), f"/reconciliation/open-items/?customer={customer.code}")
    assert sorted(Decimal(row["Open"]) for row in found) == sorted(own)
    assert {Decimal(row["Amount"]) < 0 for row in found} == {True, False}
    shown = page(reader("finance", "en"), f"/customers/{customer.code}/")
    table = shown[shown.index('id="open-items"') :]
    *_amounts, last = re.findall(r'<td class="is-number">(.+?)<span class="currency"', table)
    assert amount(last) == sum(own)


def test_the_ageing_adds_up_to_what_is_owed() -> None:
    shown = page(reader("finance", "en"), "/reconciliation/ageing/?month=2026-10")
    *lines, last = re.findall(r"<tr>(.+?)</tr>", shown[shown.index("<tbody") :], re.DOTALL)
    assert "All customers" in last
    for line in [*lines, last]:
        cells = re.findall(r'data-title="([^"]+)">(.+?)</td>', line, re.DOTALL)
        *parts, total = [amount(text) for title, text in cells if title != "Currency"]
        assert sum(parts) == total
    closing = page(reader("finance", "en"), "/reconciliation/?month=2026-10")
    *_others, rolled = re.findall(r'data-title="Closing">(.+?)</td>', closing, re.DOTALL)
    assert amount(rolled) == total


def test_a_long_list_is_added_up_when_someone_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "MAX_SUMMED", 20)
    client = reader("finance", "en")
    assert footer(client, "/invoices/") == {}
    asked = client.get("/invoices/?totals=on", headers=ASKED).content.decode()
    assert 'href="/c/DEMO/invoices/?totals=all"' in asked
    whole = client.get("/invoices/?totals=all", headers=ASKED).content.decode()
    assert "Total in base currency CNY" in whole
    # A month is added up unasked, however long it is.
    assert footer(client, "/invoices/?month=2026-09")


def test_amounts_that_are_worked_out_are_added_up_of_fewer_rows_in_a_month_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(DeliveryTable, "costly", totals.Costly(Q(is_whole=True), most=20))
    client, month = reader("finance", "en"), "/deliveries/?month=2026-09"
    assert footer(client, month) == {}
    asked = client.get(f"{month}&totals=on", headers=ASKED).content.decode()
    assert "totals=all" in asked
    whole = client.get(f"{month}&totals=all", headers=ASKED).content.decode()
    assert "Total in base currency CNY" in whole
    monkeypatch.setattr(totals, "MAX_SUMMED", 20)
    assert footer(client, month) == {}


def test_an_acquirer_s_fee_has_its_total_in_base_currency() -> None:
    columns = [PaymentTable.columns[name] for name in ("amount", "fee")]
    payments = Payment.objects.filter(company__code="DEMO")
    found = totals.totals_of(columns, payments, "CNY", is_bounded=False)
    expected = sum(
        round_money(fee * rate, "CNY") for fee, rate in payments.values_list("fee", "exchange_rate")
    )
    assert found.base
    assert found.base.amounts["fee"] == expected


def test_the_page_waits_for_no_total_and_has_them_without_script() -> None:
    client = reader("finance", "en")
    shown = page(client, "/invoices/")
    assert 'hx-get="/c/DEMO/invoices/?totals=on"' in shown
    assert "total-line" not in shown
    assert "total-line" in page(client, "/invoices/?totals=on")


def test_what_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "TIMEOUT", 1)
    slow = Invoice.objects.extra(select={}, where=["pg_sleep(0.2) IS NOT NULL"])
    from invoicing.tables import InvoiceTable  # noqa: PLC0415

    columns = [InvoiceTable.columns["gross"]]
    assert totals.totals_of(columns, slow, "CNY", is_bounded=True).is_late
    assert Company.objects.exists()


def test_totals_ask_one_question() -> None:
    client = reader("auditor")
    footer(client, "/invoices/")
    with assert_sql_count("totals of a list"):
        footer(client, "/invoices/")

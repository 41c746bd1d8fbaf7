"""What payments, opening items and exchange rates of a file become."""

from datetime import date
from decimal import Decimal

import pytest

from closing_site.companies.models import Company, ExchangeRate
from closing_site.customers.models import OpenItem
from closing_site.periods.models import Period
from payments.models import Allocation, Payment
from tests.closing_site.exchange.conftest import Take, lock

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = "code,name,currency,payment_terms_days\nACME,Acme,,30\nEURO,Euro AG,EUR,\n"
RATES = "date,currency,rate\n1996-07-01,EUR,1.25\n1996-07-10,EUR,1.30\n"
PAYMENTS = "reference,customer_code,received_on,amount,currency,method,memo\n"
ITEMS = "customer_code,document_number,kind,issued_on,due_on,open_amount,currency\n"


def test_a_payment_makes_the_open_item_of_its_customer(company: Company, take: Take) -> None:
    outcome = take(
        {
            "customers.csv": CUSTOMERS,
            "payments.csv": PAYMENTS + "P1,ACME,1996-08-05,12.50,,bank_transfer,thanks\n",
        }
    )
    assert outcome.status == 0
    payment = Payment.objects.get()
    assert (payment.currency, payment.base_amount) == ("USD", Decimal("12.5"))
    assert payment.period.code == "1996-08"
    item = OpenItem.objects.get()
    assert (item.side, item.kind, item.number) == ("credit", "payment", "P1")
    assert (item.document_id, item.amount, item.issued_on) == (
        payment.pk,
        Decimal("12.5"),
        date(1996, 8, 5),
    )


def test_a_negative_payment_is_a_refund(company: Company, take: Take) -> None:
    take(
        {
            "customers.csv": CUSTOMERS,
            "payments.csv": PAYMENTS + "P1,ACME,1996-08-05,-12.50,,bank_transfer,\n",
        }
    )
    item = OpenItem.objects.get()
    assert (item.side, item.kind, item.amount) == ("debit", "refund", Decimal("12.5"))


def test_a_payment_without_a_customer_waits_in_suspense_until_it_has_one(
    company: Company, take: Take
) -> None:
    without = PAYMENTS + "P1,,1996-08-05,12.50,,bank_transfer,\n"
    take({"customers.csv": CUSTOMERS, "payments.csv": without})
    assert Payment.objects.get().customer is None
    assert not OpenItem.objects.exists()
    outcome = take({"payments.csv": without.replace("P1,,", "P1,ACME,")})
    assert outcome.counts("payments") == (0, 1, 0, 0)
    assert OpenItem.objects.get().customer.code == "ACME"


def test_a_payment_of_an_unknown_customer_is_a_bad_row(company: Company, take: Take) -> None:
    outcome = take({"payments.csv": PAYMENTS + "P1,NOBODY,1996-08-05,12.50,,cash,\n"})
    assert outcome.bad("payments") == [(2, "customer_code", "NOBODY")]
    assert outcome.reasons("payments") == ["There is no customer NOBODY."]


def test_foreign_money_is_worth_the_latest_rate_on_or_before_its_day(
    company: Company, take: Take
) -> None:
    outcome = take(
        {
            "customers.csv": CUSTOMERS,
            "exchange_rates.csv": RATES,
            "payments.csv": PAYMENTS
            + "P1,EURO,1996-07-09,10.01,,cash,\nP2,EURO,1996-07-10,10.01,EUR,cash,\n",
        }
    )
    assert outcome.status == 0
    amounts = Payment.objects.order_by("reference").values_list("base_amount", flat=True)
    # 10.01 × 1.25 = 12.5125; × 1.30 = 13.013
    assert list(amounts) == [Decimal("12.51"), Decimal("13.01")]


def test_foreign_money_without_a_rate_is_a_bad_row(company: Company, take: Take) -> None:
    outcome = take(
        {
            "customers.csv": CUSTOMERS,
            "exchange_rates.csv": RATES,
            "payments.csv": PAYMENTS + "P1,EURO,1996-06-30,10,,cash,\n",
        }
    )
    assert outcome.reasons("payments") == [
        "There is no exchange rate of EUR on or before 1996-06-30."
    ]


def test_money_of_no_currency_names_its_currency(company: Company, take: Take) -> None:
    outcome = take(
        {
            "exchange_rates.csv": RATES,
            "payments.csv": PAYMENTS + "P1,,1996-07-09,10,XXX,cash,\nP2,,1996-07-09,10,CLP,cash,\n",
        }
    )
    assert outcome.bad("payments") == [(2, "currency", "XXX"), (3, "received_on", "1996-07-09")]


def test_an_amount_has_no_more_decimals_than_its_currency(company: Company, take: Take) -> None:
    outcome = take(
        {
            "exchange_rates.csv": "date,currency,rate\n1996-07-01,JPY,0.009\n",
            "payments.csv": PAYMENTS
            + "P1,,1996-07-09,10.005,,cash,\nP2,,1996-07-09,10.5,JPY,cash,\n"
            + "P3,,1996-07-09,1,JPY,cash,\n",
        }
    )
    assert outcome.bad("payments") == [(2, "amount", "10.005"), (3, "amount", "10.5")]


def test_a_payment_before_the_first_open_day_is_posted_on_it(company: Company, take: Take) -> None:
    lock(company, "1996-07")
    take({"payments.csv": PAYMENTS + "P1,,1996-07-09,10,,cash,\n"})
    payment = Payment.objects.get()
    assert (payment.received_on, payment.posted_on) == (date(1996, 7, 9), date(1996, 8, 1))
    assert payment.period.code == "1996-08"


def test_the_same_payments_again_change_nothing_and_others_are_refused_once_locked(
    company: Company, take: Take
) -> None:
    files = {
        "customers.csv": CUSTOMERS,
        "payments.csv": PAYMENTS + "P1,ACME,1996-07-09,10,,cash,\n",
    }
    take(files)
    lock(company, "1996-07")
    assert take(files).counts("payments") == (0, 0, 1, 0)
    changed = take({"payments.csv": PAYMENTS + "P1,ACME,1996-07-09,11,,cash,\n"})
    assert changed.status == 1
    assert changed.reasons("payments") == [
        "Payment P1 is posted in period 1996-07, which is locked."
    ]


def test_a_payment_that_is_set_against_nothing_may_be_corrected(
    company: Company, take: Take
) -> None:
    take(
        {
            "customers.csv": CUSTOMERS,
            "exchange_rates.csv": RATES,
            "payments.csv": PAYMENTS + "P1,ACME,1996-07-09,10,,cash,\n",
        }
    )
    outcome = take({"payments.csv": PAYMENTS + "P1,EURO,1996-08-09,-20,EUR,cash,\n"})
    assert outcome.counts("payments") == (0, 1, 0, 0)
    payment, item = Payment.objects.get(), OpenItem.objects.get()
    assert (payment.base_amount, payment.period.code) == (Decimal("-26"), "1996-08")
    assert (item.customer.code, item.kind, item.amount) == ("EURO", "refund", 20)


def test_a_payment_that_is_placed_stays(company: Company, take: Take) -> None:
    files = {
        "customers.csv": CUSTOMERS,
        "opening_items.csv": ITEMS + "ACME,INV-1,invoice,1996-06-01,,10,\n",
        "payments.csv": PAYMENTS + "P1,ACME,1996-07-09,10,,cash,\n",
    }
    take(files)
    place(company)
    assert take(files).counts("payments") == (0, 0, 1, 0)
    outcome = take({"payments.csv": PAYMENTS + "P1,ACME,1996-07-09,11,,cash,\n"})
    assert outcome.reasons("payments") == [
        "Payment P1 of period 1996-07 is set against something already."
    ]


def place(company: Company) -> None:
    payment = Payment.objects.get()
    debit, credit = OpenItem.objects.get(side="debit"), OpenItem.objects.get(side="credit")
    Allocation.objects.create(
        company=company,
        customer=payment.customer,
        period=payment.period,
        posted_on=payment.posted_on,
        debit_item=debit,
        credit_item=credit,
        debit_amount=10,
        credit_amount=10,
        base_debit=10,
        base_credit=10,
        rule="named",
    )


def test_opening_items_are_posted_on_the_first_day_of_the_books(
    company: Company, take: Take
) -> None:
    outcome = take(
        {
            "customers.csv": CUSTOMERS,
            "exchange_rates.csv": "date,currency,rate\n1996-05-01,EUR,1.2\n",
            "opening_items.csv": ITEMS
            + "ACME,INV-1,invoice,1996-06-01,,100,\nACME,CN-1,credit_note,1996-06-02,,5,\n"
            + "EURO,ADV-1,advance,1996-06-03,,10,\nACME,INV-2,invoice,1996-06-01,1996-06-15,1,\n",
        }
    )
    assert outcome.status == 0
    items = OpenItem.objects.order_by("id").values_list("number", "side", "kind", "base_amount")
    assert list(items) == [
        ("INV-1", "debit", "opening_invoice", Decimal(100)),
        ("CN-1", "credit", "opening_credit_note", Decimal(5)),
        ("ADV-1", "credit", "opening_advance", Decimal(12)),
        ("INV-2", "debit", "opening_invoice", Decimal(1)),
    ]
    due = OpenItem.objects.order_by("id").values_list("due_on", flat=True)
    assert list(due) == [date(1996, 7, 1), None, None, date(1996, 6, 15)]
    assert {item.posted_on for item in OpenItem.objects.all()} == {date(1996, 7, 1)}
    assert Period.objects.get().code == "1996-07"


def test_opening_items_stay_and_come_no_more_once_the_first_month_is_locked(
    company: Company, take: Take
) -> None:
    files = {
        "customers.csv": CUSTOMERS,
        "opening_items.csv": ITEMS + "ACME,INV-1,invoice,1996-06-01,,100,\n",
    }
    take(files)
    another = take({"opening_items.csv": ITEMS + "ACME,INV-1,invoice,1996-06-01,,90,\n"})
    assert another.bad("opening_items") == [(2, "open_amount", "90")]
    due = take({"opening_items.csv": ITEMS + "ACME,INV-1,invoice,1996-06-01,1996-07-20,100,\n"})
    assert due.counts("opening_items") == (0, 1, 0, 0)
    lock(company, "1996-07")
    assert take(files).counts("opening_items") == (0, 0, 1, 0)
    late = take({"opening_items.csv": ITEMS + "ACME,INV-2,invoice,1996-06-01,,90,\n"})
    assert late.reasons("opening_items") == [
        "Opening items belong to period 1996-07, which is locked."
    ]


def test_an_opening_item_is_from_before_of_a_known_customer_and_worth_something(
    company: Company, take: Take
) -> None:
    outcome = take(
        {
            "customers.csv": CUSTOMERS,
            "opening_items.csv": ITEMS
            + "ACME,INV-1,invoice,1996-07-02,,100,\nNOBODY,INV-2,invoice,1996-06-01,,1,\n"
            + "ACME,INV-3,invoice,1996-06-01,,0,\nACME,INV-4,bill,1996-06-01,,1,\n"
            + "EURO,INV-5,invoice,1996-06-01,,1,\n",
        }
    )
    assert outcome.bad("opening_items") == [
        (2, "issued_on", "1996-07-02"),
        (3, "customer_code", "NOBODY"),
        (4, "open_amount", "0"),
        (5, "kind", "bill"),
        (6, "issued_on", "1996-06-01"),
    ]


def test_a_rate_is_corrected_and_the_base_currency_s_is_one(company: Company, take: Take) -> None:
    take({"exchange_rates.csv": RATES})
    outcome = take({"exchange_rates.csv": RATES.replace("1.30", "1.31")})
    assert outcome.counts("exchange_rates") == (0, 1, 1, 0)
    assert ExchangeRate.objects.get(valid_from="1996-07-10").rate == Decimal("1.31")
    bad = take({"exchange_rates.csv": "date,currency,rate\n1996-07-01,USD,2\n1996-07-02,EUR,0\n"})
    assert bad.bad("exchange_rates") == [(2, "rate", "2"), (3, "rate", "0")]


def test_methods_may_be_named_in_chinese(company: Company, take: Take) -> None:
    outcome = take(
        {
            "payments.csv": "收款单号,客户编码,收款日期,金额,结算方式\n"
            "P1,,1996-07-01,5,微信支付\nP2,,1996-07-01,5,barter\n"
        }
    )
    assert outcome.bad("payments") == [(3, "method", "barter")]

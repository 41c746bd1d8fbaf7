"""Invoices and payments in another currency: each at its day's rate, closing in both currencies."""

from pathlib import Path

import pytest

from tests.stories.books import (
    LINES,
    ORDERS,
    PAYMENTS,
    PRODUCTS,
    REASON,
    close,
    findings,
    import_files,
    open_company,
    part,
    placed,
    require_integrity,
    view,
    walk,
)

CUSTOMERS = """
    code,name,address,country,currency
    ACME,Acme Inc,Main St 1,US,USD
    EURO,Euro GmbH,Main St 2,DE,EUR
"""
#: Of each customer's account in both currencies, the month's flows.
ROLLED = """
    SELECT period, currency, opening, invoiced, allocated, closing,
        base_opening, base_invoiced, base_allocated, base_exchange, base_closing
    FROM v_receivables ORDER BY period, currency
"""
EXCHANGE = "SELECT document, debit, credit FROM v_vouchers WHERE account = '6061' ORDER BY document"


def import_sales(tmp_path: Path, rates: str, orders: str, lines: str, **more: str) -> None:
    """Each text is rows without a header."""
    import_files(
        tmp_path,
        customers=CUSTOMERS,
        products=PRODUCTS,
        exchange_rates=f"date,currency,rate\n{rates}",
        orders=f"{ORDERS}\n{orders}",
        order_lines=f"{LINES}\n{lines}",
        **more,
    )


def paid(*rows: str) -> str:
    return "\n".join((PAYMENTS, *rows))


@pytest.mark.django_db(transaction=True)
def test_what_the_rates_differ_by_is_an_exchange_difference(tmp_path: Path) -> None:
    open_company("CNY", "CN")
    import_sales(
        tmp_path,
        "2025-01-01,USD,7.10\n2025-01-15,USD,7.20\n2025-02-10,USD,7.05",
        "S1,ACME,2025-01-04,2025-01-05,delivered,0\nS2,ACME,2025-01-18,2025-01-20,delivered,0",
        "S1,1,TEA,1,100,13\nS2,1,TEA,3,33.33,13",
        payments=paid(
            "P1,ACME,2025-01-16,113.00,bank_transfer,S1,,",
            "P2,ACME,2025-02-12,112.99,bank_transfer,S2,,",
        ),
    )
    # S1, at 7.10: 113.00 → 802.30, of it tax 13.00 → 92.30, net 710.00.
    # S2, at 7.20: 99.99 + 13.00 = 112.99 → 813.528 → 813.53, tax 93.60, net 719.93.
    # P1, at 7.20: 113.00 → 813.60, a gain of 11.30. P2, at 7.05: 112.99 → 796.58, a loss of 16.95.
    assert part(close("2025-01"), "net tax gross received allocated receivables_closing") == {
        "net": "1429.93",
        "tax": "185.90",
        "gross": "1615.83",
        "received": "813.60",
        "allocated": "813.60",
        "receivables_closing": "813.53",
    }
    assert part(
        close("2025-02"), "received allocated advances receivables_opening receivables_closing"
    ) == {
        "received": "796.58",
        "allocated": "796.58",
        "advances": "0.00",
        "receivables_opening": "813.53",
        "receivables_closing": "0.00",
    }
    assert view("SELECT number, currency, net, tax, gross FROM v_invoices ORDER BY 1") == [
        ("INV-2025-01-00001", "USD", "100", "13", "113"),
        ("INV-2025-01-00002", "USD", "99.99", "13", "112.99"),
    ]
    # Positive is a gain: the money was worth more than the receivable it settled.
    assert view(ROLLED) == [
        ("2025-01", "USD", "0", "225.99", "113", "112.99")
        + ("0", "1615.83", "813.6", "11.3", "813.53"),
        ("2025-02", "USD", "112.99", "0", "112.99", "0") + ("813.53", "0", "796.58", "-16.95", "0"),
    ]
    assert view(EXCHANGE) == [("payment:P1", "0", "11.3"), ("payment:P2", "16.95", "0")]
    assert view(
        "SELECT account, debit, credit FROM v_vouchers WHERE document = 'payment:P2' ORDER BY line"
    ) == [("1002", "796.58", "0"), ("1122", "0", "813.53"), ("6061", "16.95", "0")]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_the_last_of_three_parts_takes_what_is_left_in_base_currency(tmp_path: Path) -> None:
    open_company("CNY", "CN")
    import_sales(
        tmp_path,
        "2025-01-10,USD,7.1111\n2025-01-20,USD,7.0000\n2025-02-20,USD,7.3333\n"
        "2025-03-20,USD,7.2500",
        "S1,ACME,2025-01-10,2025-01-10,delivered,1",
        "S1,1,TEA,1,100,13",
        payments=paid(
            "P1,ACME,2025-01-20,33.33,bank_transfer,S1,,",
            "P2,ACME,2025-02-20,33.33,bank_transfer,S1,,",
            "P3,ACME,2025-03-20,33.34,bank_transfer,S1,,",
        ),
    )
    for month in ("2025-01", "2025-02", "2025-03"):
        close(month)
    # The invoice: 711.11. Its parts: 711.11 × 0.3333 = 237.013 → 237.01;
    # 711.11 × 0.6666 = 474.026 → 474.03, less 237.01 = 237.02; 711.11 − 474.03 = 237.08.
    # The money: 233.31; 33.33 × 7.3333 = 244.419 → 244.42; 33.34 × 7.25 = 241.715 → 241.72.
    assert view(ROLLED) == [
        ("2025-01", "USD", "0", "100", "33.33", "66.67")
        + ("0", "711.11", "233.31", "-3.7", "474.1"),
        ("2025-02", "USD", "66.67", "0", "33.33", "33.34")
        + ("474.1", "0", "244.42", "7.4", "237.08"),
        ("2025-03", "USD", "33.34", "0", "33.34", "0") + ("237.08", "0", "241.72", "4.64", "0"),
    ]
    assert view(EXCHANGE) == [
        ("payment:P1", "3.7", "0"),
        ("payment:P2", "0", "7.4"),
        ("payment:P3", "0", "4.64"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_the_last_invoice_takes_what_is_left_of_a_payment_in_base_currency(tmp_path: Path) -> None:
    open_company("CNY", "CN")
    import_sales(
        tmp_path,
        "2025-01-01,USD,7\n2025-01-20,USD,7.1111",
        "S1,ACME,2025-01-10,2025-01-10,delivered,1\nS2,ACME,2025-01-11,2025-01-11,delivered,1\n"
        "S3,ACME,2025-01-12,2025-01-12,delivered,1",
        "S1,1,TEA,1,33.33,13\nS2,1,TEA,1,33.33,13\nS3,1,TEA,1,33.34,13",
        payments=paid("P1,ACME,2025-01-20,100,bank_transfer,,,S1 S2 S3"),
    )
    # Invoices at 7: 233.31, 233.31, 233.38 = 700.00. The money, 711.11, in parts: 237.01, 237.02,
    # 237.08. Gains: 3.70, 3.71, 3.70 = 11.11.
    assert part(close("2025-01"), "gross received allocated advances receivables_closing") == {
        "gross": "700.00",
        "received": "711.11",
        "allocated": "711.11",
        "advances": "0.00",
        "receivables_closing": "0.00",
    }
    assert view("SELECT credit FROM v_vouchers WHERE account = '6061' ORDER BY line") == [
        ("3.7",),
        ("3.71",),
        ("3.7",),
    ]
    require_integrity()


@pytest.mark.parametrize(("rated_on", "rate"), [("2025-01-20", "7.9"), ("2025-02-01", "8.1")])
@pytest.mark.django_db(transaction=True)
def test_without_a_rate_an_order_waits_on_the_unbilled_list(
    tmp_path: Path, rated_on: str, rate: str
) -> None:
    open_company("CNY", "CN")
    import_sales(
        tmp_path,
        "2025-01-01,USD,7.10",
        "S1,EURO,2025-01-18,2025-01-20,delivered,0\nS2,ACME,2025-01-18,2025-01-21,delivered,0",
        "S1,1,TEA,2,50,13\nS2,1,TEA,1,10,13",
    )
    stopped, status = walk("2025-01", "--approve-as", "mo", "--acknowledge-warnings", REASON)
    assert (stopped["stopped_at"], stopped["status"], status) == ("confirm", "open", 1)
    assert stopped["reasons"][0] == (
        "order:S1: There is no exchange rate of EUR on or before 2025-01-20."
        " Enter the rate of that day."
    )
    assert findings("2025-01", "no-exchange-rate") == [("no-exchange-rate", "order:S1", "113")]

    assert part(
        close("2025-01", "--defer-exceptions", "Rate to come"),
        "orders_confirmed orders_deferred orders_open invoices_issued gross",
    ) == {
        "orders_confirmed": 1,
        "orders_deferred": 1,
        "orders_open": 0,
        "invoices_issued": 1,
        "gross": "80.23",  # S2: 11.30 × 7.10
    }
    assert view("SELECT number, state FROM v_orders ORDER BY 1") == [
        ("S1", "held_back"),
        ("S2", "invoiced"),
    ]

    import_files(tmp_path, exchange_rates=f"date,currency,rate\n{rated_on},EUR,{rate}")
    gross = {"7.9": "892.70", "8.1": "915.30"}[rate]  # 113.00 × 7.9, × 8.1
    assert part(
        close("2025-02"), "orders_confirmed orders_deferred invoices_issued first_number gross"
    ) == {
        "orders_confirmed": 1,
        "orders_deferred": 0,
        "invoices_issued": 1,
        "first_number": "INV-2025-02-00001",
        "gross": gross,
    }
    assert view(
        "SELECT supplied_on, posted_on, issued_on, gross FROM v_invoices WHERE period = '2025-02'"
    ) == [("2025-01-20", "2025-02-01", "2025-02-01", "113")]
    assert findings("2025-02", "prior-period-supply", "no-exchange-rate") == [
        ("prior-period-supply", "invoice:INV-2025-02-00001", "100")
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_money_in_the_companys_currency_pays_a_foreign_invoice_at_the_days_rate(
    tmp_path: Path,
) -> None:
    open_company("CNY", "CN")
    import_sales(
        tmp_path,
        "2025-01-01,USD,7.10",
        "S1,ACME,2025-01-10,2025-01-10,delivered,1",
        "S1,1,TEA,1,113,13",
        payments=f"{PAYMENTS},currency\nP1,ACME,2025-01-20,113,bank_transfer,S1,,,CNY",
    )
    # 113.00 / 7.10 = USD 15.92; of 802.30 that is 113.03, a loss of 0.03.
    assert part(close("2025-01"), "received allocated advances receivables_closing") == {
        "received": "113.00",
        "allocated": "113.00",
        "advances": "0.00",
        "receivables_closing": "689.27",
    }
    assert placed() == [("P1", "INV-2025-01-00001", "15.92")]
    assert findings("2025-01", "payment-not-placed") == []
    assert view(
        "SELECT currency, closing, advances_closing, base_closing, base_advances_closing"
        " FROM v_receivables ORDER BY 1"
    ) == [("CNY", "0", "0", "0", "0"), ("USD", "97.08", "0", "689.27", "0")]

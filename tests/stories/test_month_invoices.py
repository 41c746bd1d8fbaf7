"""Customers who want one invoice a month: one for each currency and price mode."""

from pathlib import Path

import pytest

from tests.stories.books import (
    LINES,
    ORDERS,
    PRODUCTS,
    close,
    findings,
    import_files,
    open_company,
    part,
    payments,
    placed,
    require_integrity,
    view,
)

CUSTOMERS = """
    code,name,invoice_grouping
    ACME,Acme Ltd,month
    BETA,Beta Ltd,order
"""
INVOICES = """
    SELECT number, customer_code, currency, supplied_on, issued_on, gross, open_amount
    FROM v_invoices ORDER BY period, number
"""


def sell(tmp_path: Path) -> None:
    open_company()
    import_files(
        tmp_path,
        customers=CUSTOMERS,
        products=PRODUCTS,
        exchange_rates="date,currency,rate\n2025-01-01,USD,0.9",
        orders=f"""
            {ORDERS},currency
            S1,ACME,2025-01-05,2025-01-05,delivered,1,
            S10,ACME,2025-01-20,2025-01-20,delivered,1,
            S2,ACME,2025-01-20,2025-01-20,delivered,1,
            S3,ACME,2025-01-10,2025-01-10,delivered,0,
            S4,ACME,2025-01-12,2025-01-12,delivered,1,USD
            S5,BETA,2025-01-08,2025-01-08,delivered,1,
            S6,BETA,2025-01-09,2025-01-09,delivered,1,
            S7,ACME,2025-02-03,2025-02-03,delivered,1,
        """,
        order_lines=f"""
            {LINES}
            S1,1,TEA,1,119.00,19
            S10,1,TEA,1,59.50,19
            S2,1,TEA,1,119.00,19
            S2,2,TEA,2,11.90,7
            S3,1,TEA,1,100.00,19
            S4,1,TEA,1,238.00,19
            S5,1,TEA,1,1.19,19
            S6,1,TEA,1,2.38,19
            S7,1,TEA,1,10.70,7
        """,
    )


@pytest.mark.django_db(transaction=True)
def test_a_month_has_one_invoice_per_customer_currency_and_price_mode(tmp_path: Path) -> None:
    sell(tmp_path)
    assert part(close("2025-01"), "orders_confirmed invoices_issued gross") == {
        "orders_confirmed": 7,
        "invoices_issued": 5,
        # 119.00 + 59.50 + 142.80; 119.00; 238.00 × 0.9; 1.19; 2.38
        "gross": "658.07",
    }
    assert close("2025-02")["gross"] == "10.70"
    # In order of the last delivery on each.
    assert view(INVOICES) == [
        ("INV-2025-01-00001", "BETA", "EUR", "2025-01-08", "2025-01-08", "1.19", "1.19"),
        ("INV-2025-01-00002", "BETA", "EUR", "2025-01-09", "2025-01-09", "2.38", "2.38"),
        ("INV-2025-01-00003", "ACME", "EUR", "2025-01-10", "2025-01-10", "119", "119"),
        ("INV-2025-01-00004", "ACME", "USD", "2025-01-12", "2025-01-12", "238", "238"),
        ("INV-2025-01-00005", "ACME", "EUR", "2025-01-20", "2025-01-20", "321.3", "321.3"),
        ("INV-2025-02-00001", "ACME", "EUR", "2025-02-03", "2025-02-03", "10.7", "10.7"),
    ]
    # 119.00 / 1.19; 119.00 / 1.19 and 23.80 / 1.07 = 22.24; 59.50 / 1.19.
    assert view(
        "SELECT line, order_number, order_line, net, tax FROM v_invoice_lines"
        " WHERE number = 'INV-2025-01-00005' ORDER BY line"
    ) == [
        (1, "S1", 1, "100", "19"),
        (2, "S2", 1, "100", "19"),
        (3, "S2", 2, "22.24", "1.56"),
        (4, "S10", 1, "50", "9.5"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_a_payment_of_one_of_its_orders_pays_the_months_invoice(tmp_path: Path) -> None:
    sell(tmp_path)
    import_files(tmp_path, **payments("P1,ACME,2025-01-22,142.80,S2"))
    close("2025-01")
    assert placed() == [("P1", "INV-2025-01-00005", "142.8")]
    # 321.30 − 142.80
    assert view(INVOICES)[4][-1] == "178.5"

    import_files(tmp_path, **payments("P2,ACME,2025-02-05,200.00,,,S1 S10"))
    close("2025-02")
    assert placed()[1:] == [("P2", "INV-2025-01-00005", "178.5")]
    assert findings("2025-02", "over-payment", "payment-not-placed") == [
        ("over-payment", "payment:P2", "21.5")
    ]
    require_integrity()

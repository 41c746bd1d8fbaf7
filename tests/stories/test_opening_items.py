"""What was open when the books began: rolled forward, vouchered and paid like what came after."""

from pathlib import Path

import pytest

from tests.stories.books import (
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    payments,
    placed,
    require_integrity,
    sales,
    try_import,
    view,
)

ITEMS = """
    customer_code,document_number,kind,issued_on,due_on,open_amount,currency
    ACME,OLD-1,invoice,2024-11-30,2024-12-30,300.00,
    ACME,OLD-CN,credit_note,2024-12-05,,50.00,
    ACME,OLD-ADV,advance,2024-12-20,,80.00,
    BETA,OLD-USD,invoice,2024-12-10,2025-01-09,100.00,USD
"""
RATES = """
    date,currency,rate
    2024-12-01,USD,0.90
    2025-02-01,USD,0.95
"""
ROLLED = """
    SELECT period, customer_code, opening, allocated, closing, advances_opening, placed,
        advances_closing
    FROM v_receivables ORDER BY period, customer_code
"""


def begin(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, exchange_rates=RATES, opening_items=ITEMS)


@pytest.mark.django_db(transaction=True)
def test_opening_items_are_the_first_months_opening(tmp_path: Path) -> None:
    begin(tmp_path)
    # 300.00 − 50.00, and 100.00 × 0.90; advances apart.
    assert part(close("2025-01"), "receivables_opening receivables_closing advances vouchers") == {
        "receivables_opening": "340.00",
        "receivables_closing": "340.00",
        "advances": "80.00",
        "vouchers": 4,
    }
    assert view(ROLLED) == [
        ("2025-01", "ACME", "250", "0", "250", "80", "0", "80"),
        ("2025-01", "BETA", "100", "0", "100", "0", "0", "0"),
    ]
    assert view(
        "SELECT document, account, customer_code, debit, credit FROM v_vouchers"
        " ORDER BY document, line"
    ) == [
        ("opening:OLD-1", "1122", "ACME", "300", "0"),
        ("opening:OLD-1", "4104", None, "0", "300"),
        ("opening:OLD-ADV", "2203", "ACME", "0", "80"),
        ("opening:OLD-ADV", "4104", None, "80", "0"),
        ("opening:OLD-CN", "1122", "ACME", "0", "50"),
        ("opening:OLD-CN", "4104", None, "50", "0"),
        ("opening:OLD-USD", "1122", "BETA", "90", "0"),
        ("opening:OLD-USD", "4104", None, "0", "90"),
    ]
    require_integrity()

    # They are January's, which is locked.
    refused, status = try_import(
        tmp_path,
        opening_items=f"{ITEMS.rstrip()}\n    ACME,OLD-2,invoice,2024-12-01,,1.00,\n",
    )
    assert (refused["written"], status) == (False, 1)


@pytest.mark.django_db(transaction=True)
def test_an_opening_invoice_is_paid_by_its_number(tmp_path: Path) -> None:
    begin(tmp_path)
    import_files(
        tmp_path,
        **payments(
            "P1,ACME,2025-01-15,100.00,,OLD-1",
            "P2,ACME,2025-02-15,200.00,,,rest of OLD-1",
        ),
    )
    close("2025-01")
    close("2025-02")
    assert placed() == [("P1", "OLD-1", "100"), ("P2", "OLD-1", "200")]
    assert [row for row in view(ROLLED) if row[1] == "ACME"] == [
        ("2025-01", "ACME", "250", "100", "150", "80", "100", "80"),
        ("2025-02", "ACME", "150", "200", "-50", "80", "200", "80"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_an_opening_invoice_in_another_currency_closes_with_its_difference(
    tmp_path: Path,
) -> None:
    begin(tmp_path)
    close("2025-01")
    text = payments("P1,BETA,2025-02-10,100.00,,OLD-USD")["payments"]
    header, row = text.splitlines()
    import_files(tmp_path, payments=f"{header},currency\n{row},USD")
    close("2025-02")
    assert view(
        "SELECT base_opening, base_allocated, base_exchange, base_closing FROM v_receivables"
        " WHERE period = '2025-02' AND customer_code = 'BETA'"
    ) == [("90", "95", "5", "0")]
    assert view("SELECT debit, credit FROM v_vouchers WHERE account = '6061'") == [("0", "5")]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_an_opening_advance_pays_the_one_invoice_of_its_amount(tmp_path: Path) -> None:
    begin(tmp_path)
    import_files(tmp_path, **sales("S1 ACME 2025-01-10 80.00", "S2 ACME 2025-02-10 80.00"))
    assert part(close("2025-01"), "received allocated advances receivables_closing") == {
        "received": "0.00",
        "allocated": "80.00",
        "advances": "0.00",
        "receivables_closing": "340.00",
    }
    assert placed() == [("OLD-ADV", "INV-2025-01-00001", "80")]
    assert view(
        "SELECT account, debit, credit FROM v_vouchers WHERE account IN ('1122', '2203')"
        " AND document LIKE '%OLD-ADV' ORDER BY number, account"
    ) == [("2203", "0", "80"), ("1122", "0", "80"), ("2203", "80", "0")]
    # It is used up.
    close("2025-02")
    assert len(placed()) == 1
    assert findings("2025-02", "payment-not-placed") == []
    require_integrity()

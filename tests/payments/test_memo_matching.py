"""Memo matching (ACCOUNTING 4): what of a memo counts, and what is paid of it."""

from pathlib import Path

import pytest
from django.db import transaction

from closing_site import sql
from closing_site.companies.models import Company
from payments.memo_sql import references_in
from tests.payments.books import Shop, allocated, the_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return the_shop(tmp_path, "2026-10")


def numbers(memo: str) -> list[str]:
    """What counts in it, certain first readings only; a bare number with a question mark."""
    query = references_in("SELECT 1 AS key, %(memo)s::text AS memo")
    rows = sql.rows(f"SELECT * FROM ({query}) AS r ORDER BY place, reading, piece", {"memo": memo})
    return [row["number"] + ("" if row["is_certain"] else "?") for row in rows]


@pytest.mark.parametrize(
    ("memo", "counts"),
    [
        ("payment for 3 boxes, order 10251", "10251"),
        ("transfer 2026/10/31", ""),
        ("transfer 2026-10-31, 31.10.2026, 20261031", ""),
        ("contract 2027 invoice 50001", "50001"),
        ("order no. 77, invoice: 8", "77 8"),
        ("Rechnung Nr. 99", "99"),
        ("no 3 boxes", ""),
        ("so-123", "so-123"),
        ("10251 10252", "10251? 10252?"),
        ("account no. 12345, tel 13800010251", ""),
        ("账号12345 合同号2027 快递单号 99881", ""),
        ("¥10251, 10252元, USD 10253, 10254 EUR", ""),
        ("order 10,251.00", ""),
        ("order 31 October", ""),
        ("2026年10月31日货款", ""),
        ("order 10251 for 500.00", "10251"),
        ("10251 USD 300", "10251?"),
        ("orders 34-36", "34-36 34 35 36"),
    ],
)
def test_what_counts_in_a_memo(memo: str, counts: str) -> None:
    assert " ".join(numbers(memo)) == counts


@pytest.mark.parametrize(
    ("memo", "number"),
    [
        ("No.10252", "10252"),
        ("Order#10253", "10253"),
        ("inv.10253", "10253"),
        ("订单１０２５１", "10251"),
        ("发票：88", "88"),
        ("单号 12", "12"),
        ("订单号:12", "12"),
        ("#7", "7"),
    ],
)
def test_a_keyword_may_be_joined_to_its_number(memo: str, number: str) -> None:
    assert number in numbers(memo)


#: ACCOUNTING 4's table: what is open, memo, amount, what is allocated.
TABLE = [
    ("3:111 10251:222", "payment for 3 boxes, order 10251", "222", "10251:222"),
    ("3:111 10251:222", "payment for 3 boxes, order 10251", "111", "10251:111"),
    ("10256:100 10257:200", "10256-10257", "300", "10256:100 10257:200"),
    ("SO-2026-10:500", "SO-2026-10", "500", "SO-2026-10:500"),
    ("10251:100 10252:200 10253:300", "10251 10252 10253", "300", ""),
    ("10251:100 10252:200", "10251 10252", "250", "10251:100 10252:150"),
    ("10251:100 10252:200", "10251 10252", "350", "10251:100 10252:200"),
    # Siblings of case 03.
    ("2026:100 10:100 31:100", "transfer 2026/10/31", "150", ""),
    ("2027:70 50001:70", "contract 2027 invoice 50001", "70", "50001:70"),
    ("10252:80 10253:80", "No.10252", "80", "10252:80"),
    ("10252:80 10253:80", "Order#10253", "80", "10253:80"),
    ("SO-123:80 SO-124:80", "so-123", "80", "SO-123:80"),
    ("10252:80 10253:80", "１０２５３", "80", "10253:80"),
    ("34:80 35:80", "订单34", "80", "34:80"),
    ("34:80 35:80", "发票号码：35", "80", "35:80"),
    # A combination of exactly the amount goes before the order given.
    ("10251:100 10252:200 10253:300", "10251 10252 10253", "500", "10252:200 10253:300"),
    ("10251:100 10252:200", "10252 10251", "250", "10251:50 10252:200"),
    # A range only where it sums to the amount.
    ("10256:1 10257:2 10258:4 10259:8", "10256–10259", "15", "10256:1 10257:2 10258:4 10259:8"),
    ("10256:1 10257:2 10258:4 10259:8", "10256 至 10259", "8", "10259:8"),
    ("10256:1 10257:2 10258:4 10259:8", "10256-10259", "5", "10256:1 10259:4"),
    # An amount, a telephone, an account.
    ("10251:100 10252:100", "paid 10251元, tel 10252", "60", ""),
]


def test_what_a_memo_pays(shop: Shop) -> None:
    """Each in the same empty books."""
    # Some sell two orders that are alike: a company that asks about duplicates first would hold
    # the second.
    Company.objects.update(holding_checks=[])
    found = []
    for is_open, memo, amount, _ in TABLE:
        with transaction.atomic():
            orders = (one.split(":") for one in is_open.split())
            shop.sell(*(f"{number} K1 2026-10-06 {gross}" for number, gross in orders))
            shop.receive(f'P1 K1 2026-10-20 {amount},,,"{memo}"')
            shop.match("2026-10")
            paid = " ".join(f"{order}:{part}" for _, order, part in allocated())
            found.append((is_open, memo, amount, paid))
            transaction.set_rollback(True)
    assert found == TABLE


def test_what_names_another_customers_document_is_allocated_to_nothing(shop: Shop) -> None:
    """Case 04, by column and by memo."""
    shop.sell("10251 K1 2026-10-06 60", "10260 K2 2026-10-06 60")
    for names in ("10260,,", ",,order 10260", ",,10260", ",,10251 10260", ",INV-2026-10-00002,"):
        with transaction.atomic():
            shop.receive(f"P1 K1 2026-10-20 60,{names}")
            assert shop.match("2026-10") == 0, names
            found = shop.found("2026-10", "payment-names-another-customer")
            assert found == [("payment:P1", "60")], names
            assert shop.found("2026-10", "payment-not-placed") == []
            transaction.set_rollback(True)


def test_a_number_of_another_form_is_no_reference(shop: Shop) -> None:
    """K1's numbers are no bare digits: 10260 is K2's order and means nothing in K1's memo."""
    shop.sell("SO-1 K1 2026-10-06 60", "10260 K2 2026-10-06 60")
    shop.receive("P1 K1 2026-10-20 60,,,ref 10260")
    shop.match("2026-10")
    assert allocated() == [("P1", "SO-1", "60")]
    assert shop.found("2026-10", "payment-names-another-customer") == []


def test_a_range_over_other_customers_documents_is_its_two_ends(shop: Shop) -> None:
    shop.sell("10256 K1 2026-10-06 100", "10257 K2 2026-10-06 50", "10258 K1 2026-10-06 200")
    shop.receive("P1 K1 2026-10-20 350,,,10256-10258")
    shop.match("2026-10")
    assert allocated() == [("P1", "10256", "100"), ("P1", "10258", "200")]


def test_a_later_payment_is_judged_by_what_an_earlier_one_left(shop: Shop) -> None:
    """300 fits twice, until P1 has paid 10253."""
    shop.sell("10251 K1 2026-10-06 100", "10252 K1 2026-10-06 200", "10253 K1 2026-10-06 300")
    shop.receive("P1 K1 2026-10-20 300,10253,,", 'P2 K1 2026-10-21 300,,,"10251 10252 10253"')
    shop.match("2026-10")
    assert allocated() == [("P1", "10253", "300"), ("P2", "10251", "100"), ("P2", "10252", "200")]

import pytest

from closing_site import cells
from closing_site.cells import Unreadable

PRICE = cells.number(digits=12, decimals=6)
SIGNED = cells.number(digits=12, decimals=4, may_be_negative=True, may_be_zero=False)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("14.0", "14"),
        ("0014.50", "14.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0.00", "0"),
        ("+3", "3"),
        ("0.1234560000", "0.123456"),
    ],
)
def test_numbers_are_read_with_a_decimal_point(cell: str, read: str) -> None:
    assert PRICE(cell) == read


@pytest.mark.parametrize(
    "cell",
    [
        *("1,234.50", "1 234", "12,5", "NaN", "Infinity", "inf", "1e5", "0x10", "$5", "5 USD"),
        *(".", "-", "--5", "1.2.3", "١٢", "１２", "1234567890123", "0.1234567", "-1"),
    ],
)
def test_what_is_no_plain_number_is_refused(cell: str) -> None:
    assert isinstance(PRICE(cell), Unreadable)


def test_a_refund_is_negative_but_nothing_is_no_payment() -> None:
    assert SIGNED("-12.50") == "-12.5"
    assert isinstance(SIGNED("0.00"), Unreadable)


@pytest.mark.parametrize(
    "cell",
    [
        *("1996-13-01", "1996-02-30", "1997-02-29", "96-07-04", "1996/07/04", "04.07.1996"),
        *("19960704", "1996-7-4", "1996-07-04 00:00", "0096-07-04", "1899-12-31", "2101-01-01"),
    ],
)
def test_what_is_no_day_of_the_books_is_refused(cell: str) -> None:
    assert isinstance(cells.day(cell), Unreadable)


def test_a_leap_day_is_a_day() -> None:
    assert cells.day("2024-02-29") == "2024-02-29"


def test_percent_may_carry_its_sign() -> None:
    assert cells.percent()("13%") == "13"
    assert cells.percent()("13 %") == "13"
    assert isinstance(cells.percent()("%"), Unreadable)
    assert cells.percent(most=100)("100") == "100"
    assert isinstance(cells.percent(most=100)("100.01"), Unreadable)


def test_whole_numbers_keep_to_their_range() -> None:
    satisfaction = cells.integer(1, 5)
    assert satisfaction("05") == "5"
    assert satisfaction("4.0") == "4"
    for cell in ("0", "6", "4.5", "five", "9" * 40):
        assert isinstance(satisfaction(cell), Unreadable)


def test_text_is_written_as_copy_reads_it() -> None:
    assert cells.text(20)("a\\b\tc\nd\re") == "a\\\\b\\tc\\nd\\re"
    assert isinstance(cells.text(3)("four"), Unreadable)
    assert isinstance(cells.text(3)("a\0"), Unreadable)


def test_currencies_are_three_capital_letters() -> None:
    assert cells.currency("CNY") == "CNY"
    for cell in ("cny", "RMB ", "￥", "CN", "USDX"):
        assert isinstance(cells.currency(cell), Unreadable)


def test_discount_terms_are_percent_and_days() -> None:
    assert cells.discount_terms("2/10") == "2/10"
    for cell in ("2/10 net 30", "2", "/10", "200/10"):
        assert isinstance(cells.discount_terms(cell), Unreadable)

"""大写, by the examples of 《支付结算办法》 annex 1 and by hand."""

from decimal import Decimal

import pytest

from closing_site.capital_amounts import capital_amount


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        # The annex's own.
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        # Zeros alone, at the end, at the start, and in the middle of 万 and 亿.
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.55", "伍角伍分"),
        ("10", "壹拾元整"),
        ("11.10", "壹拾壹元壹角整"),
        ("100", "壹佰元整"),
        ("1001", "壹仟零壹元整"),
        ("1010", "壹仟零壹拾元整"),
        ("10000", "壹万元整"),
        ("10001", "壹万零壹元整"),
        ("10010.01", "壹万零壹拾元零壹分"),
        ("12000", "壹万贰仟元整"),
        ("100001", "壹拾万零壹元整"),
        ("1000000", "壹佰万元整"),
        ("10200300", "壹仟零贰拾万零叁佰元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("110000000", "壹亿壹仟万元整"),
        ("1001000000", "壹拾亿零壹佰万元整"),
        ("123456789.01", "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
        ("1000000000000", "壹万亿元整"),
        (
            "9999999999999999.99",
            "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
        ),
    ],
)
def test_renminbi(amount: str, said: str) -> None:
    assert capital_amount(Decimal(amount), "CNY") == f"人民币{said}"


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("1234.50", "USD", "美元壹仟贰佰叁拾肆元伍角整"),
        ("1234", "JPY", "日元壹仟贰佰叁拾肆元整"),
        ("1.005", "KWD", "KWD壹元零伍厘"),
        ("1.250", "KWD", "KWD壹元贰角伍分"),
    ],
)
def test_other_currencies_name_themselves(amount: str, currency: str, said: str) -> None:
    assert capital_amount(Decimal(amount), currency) == said


def test_a_credit_notes_amount_says_that_it_is_negative() -> None:
    assert capital_amount(Decimal("-100.00"), "CNY") == "（负数）人民币壹佰元整"


def test_the_databases_four_decimals_change_nothing() -> None:
    assert capital_amount(Decimal("12.3000"), "CNY") == "人民币壹拾贰元叁角整"


def test_an_amount_finer_than_its_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="CNY has 2 digits"):
        capital_amount(Decimal("1.001"), "CNY")

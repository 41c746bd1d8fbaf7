from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from closing_site.pages.formats import (
    day_text,
    money_html,
    money_text,
    number_text,
    percent_text,
    text_html,
)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234567.5", "CNY", "1,234,567.50"),
        ("1234567.0000", "JPY", "1,234,567"),
        ("12.3456", "KWD", "12.3456"),
        ("12.3450", "KWD", "12.345"),
        ("0", "CNY", "0.00"),
        ("-0.0000", "CNY", "0.00"),
        ("-18240", "CNY", "-18,240.00"),
    ],
)
def test_money_has_its_currency_s_digits_in_both_languages(
    amount: str, currency: str, text: str
) -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert money_text(Decimal(amount), currency) == text


def test_what_is_negative_has_a_sign_and_a_class() -> None:
    assert money_html(Decimal(-5), "CNY") == '<span class="money is-negative">−5.00</span>'
    assert money_html(Decimal(5), "JPY", with_currency=True) == (
        '<span class="money">5 <span class="currency">JPY</span></span>'
    )
    assert "—" in money_html(None, "CNY")


def test_numbers_percents_and_days() -> None:
    assert number_text(Decimal("1234.500000")) == "1,234.5"
    assert number_text(1000) == number_text(Decimal("1E+3")) == "1,000"
    assert percent_text(Decimal("13.0000")) == "13\N{NO-BREAK SPACE}%"
    assert day_text(date(2026, 6, 3)) == "2026-06-03"


def test_only_a_word_too_long_for_a_table_may_be_broken() -> None:
    assert text_html("a warning " * 20) == "a warning " * 20
    assert text_html("<" * 40) == f'<span class="long">{"&lt;" * 40}</span>'

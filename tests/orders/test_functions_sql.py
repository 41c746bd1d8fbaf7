"""A line's arithmetic in SQL against exact fractions."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closing_site.money import currency_digits, digits_by_currency

pytestmark = pytest.mark.django_db

EXAMPLES = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
QUANTITIES = st.decimals("0", "999999.999999", places=6)
PRICES = st.decimals("-99999.999999", "99999.999999", places=6)
PERCENTS = st.decimals("0", "100", places=4)


def computed(expression: str, *values: Decimal | str | int | bool) -> Decimal:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", values)
        (value,) = cursor.fetchone()
        assert isinstance(value, Decimal)
        return value


def rounded(exact: Fraction, digits: int) -> Decimal:
    """Half away from zero, by counting: the sign apart, add half and cut."""
    scaled = abs(exact) * 10**digits
    units = int(scaled + Fraction(1, 2))
    return Decimal(units if exact >= 0 else -units).scaleb(-digits)


@EXAMPLES
@given(QUANTITIES, PRICES, PERCENTS, st.integers(0, 4))
def test_a_lines_amount_is_rounded_once(
    quantity: Decimal, price: Decimal, discount: Decimal, digits: int
) -> None:
    exact = Fraction(quantity) * Fraction(price) * (100 - Fraction(discount)) / 100
    found = computed("line_amount(%s, %s, %s, %s)", quantity, price, discount, digits)
    assert found == rounded(exact, digits)


@EXAMPLES
@given(st.decimals("-9999999.99", "9999999.99", places=2), PERCENTS, st.booleans())
def test_net_and_tax_are_of_the_amount(amount: Decimal, rate: Decimal, includes: bool) -> None:
    net = computed("line_net(%s, %s, %s, 2)", amount, rate, includes)
    tax = computed("line_tax(%s, %s, %s, 2)", amount, rate, includes)
    if includes:
        assert net == rounded(Fraction(amount) * 100 / (100 + Fraction(rate)), 2)
        assert net + tax == amount
    else:
        assert net == amount
        assert tax == rounded(Fraction(amount) * Fraction(rate) / 100, 2)


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "amount"),
    [("3", "33.335", "10", "90.00"), ("1", "0.005", "0", "0.01"), ("1", "-0.005", "0", "-0.01")],
)
def test_halves_go_away_from_zero(quantity: str, price: str, discount: str, amount: str) -> None:
    found = computed(
        "line_amount(%s::numeric, %s::numeric, %s::numeric, 2)", quantity, price, discount
    )
    assert found == Decimal(amount)
    assert found == Decimal(amount).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def test_the_database_knows_each_currencys_digits() -> None:
    codes = [code for group in digits_by_currency().values() for code in group]
    for code in [*codes, "EUR", "CNY", "USD"]:
        assert computed("currency_digits(%s)::numeric", code) == currency_digits(code)

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closing_site.money import line_amount, round_money, spread_by_largest_remainder
from closing_site.tax import tax_line


@pytest.mark.parametrize(
    ("value", "currency", "rounded"),
    [
        ("2.675", "USD", "2.68"),
        ("-2.675", "USD", "-2.68"),
        ("-0.004", "USD", "0.00"),
        ("0.5", "JPY", "1"),
        ("1.00045", "KWD", "1.000"),
        ("1.0005", "KWD", "1.001"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, currency: str, rounded: str) -> None:
    assert str(round_money(Decimal(value), currency)) == rounded


def test_a_line_is_rounded_once() -> None:
    amount = line_amount(
        quantity=Decimal(3),
        unit_price=Decimal("33.335"),
        discount_percent=Decimal(10),
        currency="USD",
    )
    assert amount == Decimal("90.00")  # 3 × 33.335 × 0.9 = 90.0045


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=30),
)
def test_spread_parts_sum_to_the_total_and_stay_within_a_cent(
    cents: int, weights: list[int]
) -> None:
    total = Decimal(cents) / 100
    parts = spread_by_largest_remainder(total, [Decimal(w) for w in weights], 2)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < Decimal("0.01")


def test_nothing_is_spread_over_nothing() -> None:
    with pytest.raises(ValueError, match="sum to zero"):
        spread_by_largest_remainder(Decimal(1), [Decimal(0)], 2)


def test_tax_from_an_inclusive_price_leaves_the_gross_untouched() -> None:
    line = tax_line(
        quantity=Decimal(1),
        unit_price=Decimal(100),
        discount_percent=Decimal(0),
        rate_percent=Decimal(13),
        prices_include_tax=True,
        currency="CNY",
    )
    assert (line.net, line.tax, line.gross) == (
        Decimal("88.50"),
        Decimal("11.50"),
        Decimal("100.00"),
    )

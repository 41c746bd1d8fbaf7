from decimal import Decimal

import pytest

from closing_site.money import round_money


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

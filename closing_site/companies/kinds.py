"""What comes from outside into this floor, by file or by form. Data."""

from closing_site import cells, kind

EXCHANGE_RATES = kind.Kind(
    "exchange_rates",
    ("currency", "date"),
    (
        kind.needed("date", cells.day, "date"),
        kind.needed("currency", cells.currency),
        kind.needed("rate", cells.number(digits=10, decimals=10, may_be_zero=False), "numeric"),
    ),
)

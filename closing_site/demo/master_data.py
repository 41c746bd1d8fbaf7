"""The demo company's customers and products, read from the files in ``data``. Pure.

Those are exchange files as anyone's. How each customer buys and pays, which no file says, stands
here.
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"

BASE = "CNY"
#: What a unit of a currency is taken for when prices are agreed.
AGREED_RATES = {
    BASE: Decimal(1),
    "EUR": Decimal(8),
    "USD": Decimal(7),
    "JPY": Decimal("0.045"),
    "GBP": Decimal("9.3"),
}
#: The shop at the lake: who buys there pays on the spot.
SHOP = "C030"
#: A customer who has no name in the books yet, and one whose currency has no rate yet.
STRANGER, BRITON = "C031", "C112"
#: Items that no file knows at first; the second one never.
NEW_LAMP, NEW_CURTAIN = "LT-207", "TX-407"
FREIGHT, DESIGN, REBATE, SET_UP = "SV-901", "SV-902", "SV-903", "SV-904"

#: How much they buy, against the others' 2.
SHARES = {
    SHOP: 14,
    **dict.fromkeys(["C001", "C002", "C004"], 5),
    **dict.fromkeys(["C003", "C008", "C012", "C101", "C106"], 4),
    **dict.fromkeys(["C020", "C028", "C102", "C109", "C110"], 3),
    **dict.fromkeys(["C016", "C018", "C024", "C105", "C108"], 1),
    BRITON: 0,
}
#: Shops on the net and small dealers agree on prices with tax in them.
INCLUSIVE = frozenset({"C005", "C015", "C019", "C020", "C021", "C029", SHOP})
#: They pay two to four weeks late, or not at all so far.
LATE = frozenset({"C009", "C013", "C023", "C025", "C103", "C105"})
OWING = frozenset({"C018", "C024"})
#: They pay what fell due in half a month at once, and name the orders in the memo.
COMBINING = frozenset({"C003", "C007", "C014"})
#: They name nothing: the amount tells.
SILENT = frozenset({"C006", "C010", "C026"})


@dataclass(frozen=True)
class Customer:
    """``days``: to pay. ``method``: how they mostly pay."""

    code: str
    country: str
    currency: str
    days: int
    method: str
    rep: str
    is_monthly: bool

    @property
    def is_abroad(self) -> bool:
        return self.country != "CN"

    @property
    def share(self) -> int:
        return SHARES.get(self.code, 2)

    @property
    def includes_tax(self) -> bool:
        return self.code in INCLUSIVE


@dataclass(frozen=True)
class Product:
    """The price is in the base currency, without tax; the rate is percent."""

    sku: str
    name: str
    unit: str
    price: Decimal
    tax_rate: Decimal

    @property
    def is_goods(self) -> bool:
        return not self.sku.startswith("SV-")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def customers() -> dict[str, Customer]:
    return {
        row["code"]: Customer(
            code=row["code"],
            country=row["country"],
            currency=row["currency"],
            days=int(row["payment_terms_days"]),
            method=row["payment_method"],
            rep=row["sales_rep"],
            is_monthly=row["invoice_grouping"] == "month",
        )
        for row in rows("customers")
    }


@cache
def products() -> dict[str, Product]:
    return {
        row["sku"]: Product(
            sku=row["sku"],
            name=row["name"],
            unit=row["unit"],
            price=Decimal(row["unit_price"] or 0),
            tax_rate=Decimal(row["tax_rate"]),
        )
        for row in rows("products")
    }

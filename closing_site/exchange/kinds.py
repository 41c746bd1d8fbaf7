"""The exchange files: their columns, and what each may hold. Data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from closing_site.customers.models import InvoiceGrouping
from closing_site.exchange import cells, words
from closing_site.exchange.cells import Reader
from closing_site.sorting import number_parts, sort_key
from payments.models import PaymentMethod


@dataclass(frozen=True)
class Column:
    """``is_required``: it must be in the header. ``is_needed``: and no cell of it may be blank."""

    name: str
    read: Reader
    sql_type: str = "text"
    is_required: bool = False
    is_needed: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of file. ``derived``: more columns of the staged rows, each made from one cell."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    derived: Mapping[str, tuple[str, str, Callable[[str], str]]] = field(default_factory=dict)

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns if column.is_required]


def _value(name: str, read: Reader, sql_type: str = "text") -> Column:
    return Column(name, read, sql_type)


def _required(name: str, read: Reader, sql_type: str = "text") -> Column:
    return Column(name, read, sql_type, is_required=True)


def _needed(name: str, read: Reader, sql_type: str = "text") -> Column:
    return Column(name, read, sql_type, is_required=True, is_needed=True)


def _last_number(number: str) -> str:
    value = number_parts(number)[1]
    return "" if value is None else str(value)


CODE = cells.text(80)
#: Far from the sixteen digits that an amount has room for, so that no sum of them overflows.
AMOUNT = cells.number(digits=13, decimals=4)
PRICE = cells.number(digits=12, decimals=6)
FLAG = cells.choice(words.FLAGS)

CUSTOMERS = Kind(
    "customers",
    ("code",),
    (
        _needed("code", CODE),
        _required("name", cells.text(200)),
        _value("tax_id", cells.text(50)),
        _value("email", cells.text(200)),
        _value("phone", cells.text(50)),
        _value("address", cells.text(300)),
        _value("city", cells.text(100)),
        _value("region", cells.text(100)),
        _value("postal_code", cells.text(20)),
        _value("country", cells.text(50)),
        _value("currency", cells.currency),
        _value("payment_terms_days", cells.integer(0, 9999), "integer"),
        _value("payment_method", cells.text(20)),
        _value("discount_terms", cells.discount_terms),
        _value("credit_limit", AMOUNT, "numeric"),
        _value("sales_rep", CODE),
        _value(
            "invoice_grouping",
            cells.choice({value: value for value in InvoiceGrouping.values} | words.GROUPINGS),
        ),
    ),
)

PRODUCTS = Kind(
    "products",
    ("sku",),
    (
        _needed("sku", CODE),
        _required("name", cells.text(200)),
        _value("category", cells.text(100)),
        _value("unit", cells.text(50)),
        _value("unit_price", PRICE, "numeric"),
        _value("unit_cost", PRICE, "numeric"),
        _value("tax_rate", cells.percent(), "numeric"),
    ),
)

ORDERS = Kind(
    "orders",
    ("number",),
    (
        _needed("number", CODE),
        _needed("customer_code", CODE),
        _needed("order_date", cells.day, "date"),
        _value("required_on", cells.day, "date"),
        _value("delivered_on", cells.day, "date"),
        _value("accepted_on", cells.day, "date"),
        _value("status", cells.choice(words.STATUSES)),
        _value("currency", cells.currency),
        _value("prices_include_tax", FLAG, "boolean"),
        _value("sales_rep", CODE),
        _value("satisfaction", cells.integer(1, 5), "smallint"),
        _value("stated_total", AMOUNT, "numeric"),
        _value("customer_reference", cells.text(100)),
        _value("note", cells.text(10_000)),
    ),
    derived={
        "sort_key": ("number", "text", sort_key),
        "number_prefix": ("number", "text", lambda number: number_parts(number)[0]),
        "number_value": ("number", "bigint", _last_number),
    },
)

ORDER_LINES = Kind(
    "order_lines",
    ("order_number", "line_number"),
    (
        _needed("order_number", CODE),
        _needed("line_number", cells.integer(0, 2**31 - 1), "integer"),
        _needed("sku", CODE),
        _value("description", cells.text(300)),
        _required("quantity", PRICE, "numeric"),
        _value("unit", cells.text(50)),
        _required(
            "unit_price", cells.number(digits=12, decimals=6, may_be_negative=True), "numeric"
        ),
        _value("discount_percent", cells.percent(most=100), "numeric"),
        _value("tax_rate", cells.percent(), "numeric"),
    ),
)

DELIVERIES = Kind(
    "deliveries",
    ("order_number", "line_number", "delivered_on"),
    (
        _needed("order_number", CODE),
        _needed("line_number", cells.integer(0, 2**31 - 1), "integer"),
        _needed("delivered_on", cells.day, "date"),
        _needed("quantity", cells.number(digits=12, decimals=6, may_be_zero=False), "numeric"),
        _value("accepted_on", cells.day, "date"),
    ),
)

PAYMENTS = Kind(
    "payments",
    ("reference",),
    (
        _needed("reference", CODE),
        _required("customer_code", CODE),
        _needed("received_on", cells.day, "date"),
        _needed(
            "amount",
            cells.number(digits=13, decimals=4, may_be_negative=True, may_be_zero=False),
            "numeric",
        ),
        _value("currency", cells.currency),
        _needed(
            "method",
            cells.choice({value: value for value in PaymentMethod.values} | words.METHODS),
        ),
        _value("order_number", CODE),
        _value("invoice_number", CODE),
        _value("payer", cells.text(200)),
        _value("memo", cells.text(500)),
    ),
)

EXCHANGE_RATES = Kind(
    "exchange_rates",
    ("currency", "date"),
    (
        _needed("date", cells.day, "date"),
        _needed("currency", cells.currency),
        _needed("rate", cells.number(digits=10, decimals=10, may_be_zero=False), "numeric"),
    ),
)

OPENING_ITEMS = Kind(
    "opening_items",
    ("kind", "document_number"),
    (
        _needed("customer_code", CODE),
        _needed("document_number", CODE),
        _needed("kind", cells.choice(words.OPENING_KINDS)),
        _needed("issued_on", cells.day, "date"),
        _value("due_on", cells.day, "date"),
        _needed("open_amount", cells.number(digits=13, decimals=4, may_be_zero=False), "numeric"),
        _value("currency", cells.currency),
    ),
)

#: In the order in which they are taken in: what others refer to comes first.
KINDS = {
    kind.name: kind
    for kind in (
        EXCHANGE_RATES,
        CUSTOMERS,
        PRODUCTS,
        OPENING_ITEMS,
        ORDERS,
        ORDER_LINES,
        DELIVERIES,
        PAYMENTS,
    )
}

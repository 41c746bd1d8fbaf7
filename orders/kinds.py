"""What comes from outside into this floor, by file or by form. Data."""

from closing_site import cells, kind, words
from closing_site.sorting import number_parts, sort_key


def _last_number(number: str) -> str:
    value = number_parts(number)[1]
    return "" if value is None else str(value)


PRODUCTS = kind.Kind(
    "products",
    ("sku",),
    (
        kind.needed("sku", kind.CODE),
        kind.required("name", cells.text(200)),
        kind.value("category", cells.text(100)),
        kind.value("kind", cells.choice(words.PRODUCT_KINDS)),
        kind.value("unit", cells.text(50)),
        kind.value("unit_price", kind.PRICE, "numeric"),
        kind.value("unit_cost", kind.PRICE, "numeric"),
        kind.value("tax_rate", cells.percent(most=100), "numeric"),
    ),
)

TAX_RATES = kind.Kind(
    "tax_rates",
    ("category", "percent"),
    (
        kind.needed("category", cells.choice(words.TAX_CATEGORIES)),
        kind.needed("percent", cells.percent(most=100), "numeric"),
        kind.value("reason", cells.text(200)),
    ),
)

ORDERS = kind.Kind(
    "orders",
    ("number",),
    (
        kind.needed("number", kind.CODE),
        kind.needed("customer_code", kind.CODE),
        kind.needed("order_date", cells.day, "date"),
        kind.value("required_on", cells.day, "date"),
        kind.value("delivered_on", cells.day, "date"),
        kind.value("accepted_on", cells.day, "date"),
        kind.value("status", cells.choice(words.STATUSES)),
        kind.value("currency", cells.currency),
        kind.value("prices_include_tax", kind.FLAG, "boolean"),
        kind.value("sales_rep", kind.CODE),
        kind.value("satisfaction", cells.integer(1, 5), "smallint"),
        kind.value("stated_total", kind.AMOUNT, "numeric"),
        kind.value("customer_reference", cells.text(100)),
        kind.value("note", cells.text(10_000)),
        kind.value("cancelled_on", cells.day, "date"),
        kind.value("cancel_reason", cells.text(300)),
        kind.value("closed_on", cells.day, "date"),
        kind.value("close_reason", cells.text(300)),
    ),
    derived={
        "sort_key": ("number", "text", sort_key),
        "number_prefix": ("number", "text", lambda number: number_parts(number)[0]),
        "number_value": ("number", "bigint", _last_number),
    },
)

ORDER_LINES = kind.Kind(
    "order_lines",
    ("order_number", "line_number"),
    (
        kind.needed("order_number", kind.CODE),
        kind.needed("line_number", cells.integer(0, 2**31 - 1), "integer"),
        kind.needed("sku", kind.CODE),
        kind.value("description", cells.text(300)),
        kind.required("quantity", kind.PRICE, "numeric"),
        kind.value("unit", cells.text(50)),
        kind.required(
            "unit_price", cells.number(digits=12, decimals=6, may_be_negative=True), "numeric"
        ),
        kind.value("discount_percent", cells.percent(most=100), "numeric"),
        kind.value("tax_rate", cells.percent(most=100), "numeric"),
        # Of an order that is closed: how much will not come; blank where the deliveries say it.
        kind.value("closed_quantity", kind.PRICE, "numeric"),
    ),
)

DELIVERIES = kind.Kind(
    "deliveries",
    ("order_number", "line_number", "delivered_on"),
    (
        kind.needed("order_number", kind.CODE),
        kind.needed("line_number", cells.integer(0, 2**31 - 1), "integer"),
        kind.needed("delivered_on", cells.day, "date"),
        kind.needed("quantity", cells.number(digits=12, decimals=6, may_be_zero=False), "numeric"),
        kind.value("accepted_on", cells.day, "date"),
    ),
)

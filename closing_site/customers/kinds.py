"""What comes from outside into this floor, by file or by form. Data."""

from closing_site import cells, kind, words

CUSTOMERS = kind.Kind(
    "customers",
    ("code",),
    (
        kind.needed("code", kind.CODE),
        kind.required("name", cells.text(200)),
        kind.value("tax_id", cells.text(50)),
        kind.value("email", cells.text(200)),
        kind.value("phone", cells.text(50)),
        kind.value("address", cells.text(300)),
        kind.value("city", cells.text(100)),
        kind.value("region", cells.text(100)),
        kind.value("postal_code", cells.text(20)),
        kind.value("country", cells.text(50)),
        kind.value("currency", cells.currency),
        kind.value("payment_terms_days", cells.integer(0, 9999), "integer"),
        kind.value("payment_method", cells.text(20)),
        kind.value("discount_terms", cells.discount_terms),
        kind.value("credit_limit", kind.AMOUNT, "numeric"),
        kind.value("sales_rep", kind.CODE),
        kind.value(
            "invoice_grouping",
            cells.choice(words.GROUPINGS),
        ),
    ),
)

SALES_REPS = kind.Kind(
    "sales_reps",
    ("code",),
    (kind.needed("code", kind.CODE), kind.value("name", cells.text(200))),
)

OPENING_ITEMS = kind.Kind(
    "opening_items",
    ("kind", "document_number"),
    (
        kind.needed("customer_code", kind.CODE),
        kind.needed("document_number", kind.CODE),
        kind.needed("kind", cells.choice(words.OPENING_KINDS)),
        kind.needed("issued_on", cells.day, "date"),
        kind.value("due_on", cells.day, "date"),
        kind.needed(
            "open_amount", cells.number(digits=13, decimals=4, may_be_zero=False), "numeric"
        ),
        kind.value("currency", cells.currency),
    ),
)

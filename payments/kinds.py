"""What comes from outside into this floor, by file or by form. Data."""

from closing_site import cells, kind, words

PAYMENTS = kind.Kind(
    "payments",
    ("reference",),
    (
        kind.needed("reference", kind.CODE),
        kind.required("customer_code", kind.CODE),
        kind.needed("received_on", cells.day, "date"),
        kind.needed(
            "amount",
            cells.number(digits=13, decimals=4, may_be_negative=True, may_be_zero=False),
            "numeric",
        ),
        kind.value("currency", cells.currency),
        kind.needed(
            "method",
            cells.choice(words.METHODS),
        ),
        kind.value("order_number", kind.CODE),
        kind.value("invoice_number", kind.CODE),
        kind.value("payer", cells.text(200)),
        kind.value("memo", cells.text(500)),
        kind.value("refund_of", kind.CODE),
        kind.value("refund_kind", cells.choice(words.REFUND_KINDS)),
    ),
)

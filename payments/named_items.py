"""Which open items a payment names, and which of them together have exactly what is left of it."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from closing_site import sql
from payments.models import Payment
from payments.references_sql import documents_named, numbers_named
from payments.runs.fitting import MOST

_NAMING = """
    SELECT id AS key, customer_id, invoice_number, order_number, memo FROM payments_payment
    WHERE id = %(payment)s
"""
NAMED = f"""
    WITH named AS MATERIALIZED ({numbers_named(_NAMING)}),
    known AS MATERIALIZED (
        SELECT * FROM ({documents_named("named")}) AS d WHERE is_own AND NOT is_between
    )
    SELECT DISTINCT ON (k.place, k.piece, i.id) k.number, i.id AS item,
        i.amount - i.settled AS amount
    FROM known AS k
    CROSS JOIN LATERAL (
        SELECT k.document_id AS invoice WHERE k.kind = 'invoice'
        UNION SELECT v.id FROM invoicing_invoice AS v
            WHERE v.company_id = %(company)s AND k.kind = 'order' AND v.order_id = k.document_id
        UNION SELECT l.invoice_id FROM orders_orderline AS ol
            JOIN invoicing_invoiceline AS l ON l.order_line_id = ol.id
            WHERE ol.company_id = %(company)s AND k.kind = 'order' AND ol.order_id = k.document_id
        UNION SELECT NULL WHERE k.kind = 'opening_invoice'
    ) AS v
    JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.settled < i.amount
        AND i.currency = %(currency)s AND (i.kind = 'invoice' AND i.document_id = v.invoice
            OR k.kind = 'opening_invoice' AND i.id = k.document_id)
    ORDER BY k.place, k.piece, i.id
"""


class Named(NamedTuple):
    """A document that the payment names, with its open items and what is open of them."""

    number: str
    items: list[int]
    amount: Decimal


def named_documents(payment: Payment) -> list[Named]:
    found: dict[str, Named] = {}
    parameters = {
        "company": payment.company_id,
        "payment": payment.pk,
        "currency": payment.currency,
    }
    seen: set[int] = set()
    for row in sql.rows(NAMED, parameters):
        if row["item"] not in seen:
            seen.add(row["item"])
            before = found.get(row["number"], Named(row["number"], [], Decimal(0)))
            found[row["number"]] = Named(
                row["number"], [*before.items, row["item"]], before.amount + row["amount"]
            )
    return list(found.values())


def fits(documents: Sequence[Named], left: Decimal) -> list[tuple[str, ...]]:
    """The numbers of each combination that has exactly the amount."""
    most = MOST if len(documents) <= MOST else 1
    return [
        tuple(one.number for one in some)
        for size in range(1, most + 1)
        for some in combinations(documents, size)
        if sum(one.amount for one in some) == left
    ]

"""Which order lines are invoiced. The floor that invoices declares it, in ``billed_sql.py``."""

from closing_site import sql
from closing_site.declared import declared
from orders.models import Order

INVOICES = """
    SELECT string_agg(DISTINCT billed.number, ', ' ORDER BY billed.number) FROM ({billed}) AS billed
    JOIN orders_orderline AS l ON l.id = billed.order_line_id
    WHERE l.company_id = %(company)s AND l.order_id = %(order)s
"""


def billed_lines() -> str:
    """SQL that yields order_line_id, and of each invoice that bills it the number, the quantity and
    when it was issued."""
    return " UNION ALL ".join(declared("billed_sql", "BILLED_LINES"))


def invoices_of_order(order: Order) -> str:
    """The numbers of the invoices that bill it; empty where none does."""
    parameters = {"company": order.company_id, "order": order.pk}
    return sql.value(INVOICES.format(billed=billed_lines()), parameters) or ""


def later_invoices(order: Order) -> str:
    """The numbers of the invoices issued since it was closed; empty where there is none."""
    query = f"""
        SELECT string_agg(DISTINCT billed.number, ', ' ORDER BY billed.number)
        FROM ({billed_lines()}) AS billed JOIN orders_orderline AS l ON l.id = billed.order_line_id
        WHERE l.company_id = %(company)s AND l.order_id = %(order)s
            AND billed.issued_at > %(closed_at)s
    """
    parameters = {
        "company": order.company_id,
        "order": order.pk,
        "closed_at": order.closed_at,
    }
    return sql.value(query, parameters) or ""

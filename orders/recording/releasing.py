"""Taking off an open month's unbilled list what is about to change: it is asked for anew."""

from closing_site import sql
from closing_site.staged import make_table

#: A locked month's list is sealed: what stood there stays there, and its order goes on.
RELEASE = """
    DELETE FROM orders_unbilled AS h USING orders_delivery AS d, periods_period AS p
    WHERE h.delivery_id = d.id AND h.company_id = d.company_id AND h.period_id = p.id
        AND p.status = 'open' AND d.order_id IN (SELECT order_id FROM {orders})
"""
#: What kept them back is answered no more.
ASK_ANEW = """
    UPDATE desk_finding AS f SET deferred_by = '', deferred_reason = ''
    FROM periods_period AS p
    WHERE p.id = f.period_id AND p.status = 'open' AND f.deferred_reason <> ''
        AND f.document_kind = 'order' AND f.document_id IN (SELECT order_id FROM {orders})
"""


def release_changing(orders: str) -> int:
    """Before what these orders come to changes; ``orders``: a table with ``order_id``. Returns how
    many deliveries were on a list."""
    released = sql.execute(RELEASE.format(orders=orders))
    if released:
        sql.execute(ASK_ANEW.format(orders=orders))
    return released


def release_order(order_id: int) -> int:
    make_table("changing_orders", "SELECT %(order)s::bigint AS order_id", {"order": order_id})
    return release_changing("changing_orders")

"""Law 11: what stands on an unbilled list is what was approved."""

from closing_site.laws import Trigger


def approved_digest(row: str) -> str:
    """SQL: what an approval of this row of the list is bound to. Lists older than deferrals were
    approved by what they held."""
    return f"""CASE WHEN {row}.deferral_id IS NULL
        THEN md5(ROW({row}.delivery_id, {row}.reason, {row}.net, {row}.tax)::text)
        ELSE md5(ROW({row}.delivery_id, {row}.deferral_id, {row}.kind, {row}.reason, {row}.net,
            {row}.tax, {row}.estimate)::text) END"""


#: Law 11: what was approved is what stands there, and the approval was given.
APPROVED = f"""
    DECLARE culprit text;
    BEGIN
        SELECT o.number INTO culprit FROM new_rows AS n
        JOIN orders_delivery AS d ON d.id = n.delivery_id
        JOIN orders_order AS o ON o.id = d.order_id
        LEFT JOIN desk_approval AS a ON a.id = n.approval_id
        WHERE n.approval_id IS NOT NULL
            AND ROW(a.company_id, a.kind, a.document_id, a.is_granted, a.digest)
                IS DISTINCT FROM ROW(n.company_id, 'hold_back', n.id, true,
                    {approved_digest("n")})
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Order %: what is held back is not what was approved', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""


def _refuse_held(rows: str, held: str = "d.order_id") -> str:
    """What stands on the unbilled list of an open month keeps its amount: it is taken off first,
    and asked for and approved anew. A locked month's list is sealed, and its order goes on.

    ``rows`` select ``held``: the ids of the orders or deliveries that are written.
    """
    return f"""
        DECLARE on_list bigint[]; culprit record;
        BEGIN
            on_list := ARRAY(SELECT {held} FROM periods_period AS p
                JOIN orders_unbilled AS h ON h.company_id = p.company_id AND h.period_id = p.id
                JOIN orders_delivery AS d ON d.id = h.delivery_id
                WHERE p.status = 'open');
            IF cardinality(on_list) = 0 THEN
                RETURN NULL;
            END IF;
            SELECT o.number, p.code INTO culprit FROM ({rows}) AS n
            JOIN orders_delivery AS d ON {held} = n.held
            JOIN orders_unbilled AS h ON h.company_id = d.company_id AND h.delivery_id = d.id
            JOIN periods_period AS p ON p.id = h.period_id AND p.status = 'open'
            JOIN orders_order AS o ON o.id = d.order_id
            WHERE n.held = ANY (on_list) LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'Order % stands on the unbilled list of %: its amount stays as it '
                    'was approved', culprit.number, culprit.code
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NULL;
        END"""


def _changed(columns: str, held: str) -> str:
    new, old = (", ".join(f"{row}.{name}" for name in columns.split()) for row in ("r", "o"))
    return (
        f"SELECT r.{held} AS held FROM new_rows AS r JOIN old_rows AS o ON o.id = r.id"
        f" WHERE ROW({new}) IS DISTINCT FROM ROW({old})"
    )


def _held(table: str, event: str, rows: str, held: str = "d.order_id") -> Trigger:
    body = _refuse_held(rows, held)
    return Trigger(f"{table}_law_11_{event.lower()}", table, event, body=body)


#: Law 11: an approval is bound to what was seen.
HELD_LINE = "order_id quantity unit_price discount_percent tax_rate net tax"
HELD_LAWS = [
    _held(
        "orders_order",
        "UPDATE",
        _changed("currency prices_include_tax cancelled_on net tax", "id"),
    ),
    _held("orders_orderline", "INSERT", "SELECT DISTINCT order_id AS held FROM new_rows"),
    _held("orders_orderline", "UPDATE", _changed(HELD_LINE, "order_id")),
    _held("orders_orderline", "DELETE", "SELECT DISTINCT order_id AS held FROM old_rows"),
    _held("orders_delivery", "UPDATE", _changed("delivered_on is_whole", "id"), "d.id"),
    _held("orders_deliveryline", "INSERT", "SELECT delivery_id AS held FROM new_rows", "d.id"),
    _held(
        "orders_deliveryline",
        "UPDATE",
        _changed("delivery_id order_line_id quantity", "delivery_id"),
        "d.id",
    ),
    _held("orders_deliveryline", "DELETE", "SELECT delivery_id AS held FROM old_rows", "d.id"),
]

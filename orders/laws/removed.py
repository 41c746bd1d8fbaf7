"""A removed line is a record: it stays as it was removed, but for coming back, once (law 2)."""

from closing_site.laws import Trigger, no_truncate

TABLE = "orders_removedline"
SAYS = "is a record of what an import removed: it stays as it is"

_FACTS = (
    *("company_id", "order_id", "line_number", "sku", "description", "quantity", "unit_price"),
    *("discount_percent", "tax_rate", "net", "tax", "file", "removed_at"),
)
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _FACTS) for row in ("OLD", "NEW"))

#: Without the line it has not come back, and the warning about it stands.
IS_BACK = """
    DECLARE culprit record;
    BEGIN
        SELECT o.number, n.line_number INTO culprit FROM new_rows AS n
        JOIN orders_order AS o ON o.id = n.order_id
        WHERE n.restored_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM orders_orderline AS l WHERE l.company_id = n.company_id
                AND l.order_id = n.order_id AND l.line_number = n.line_number)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Order % has no line % again: what was removed stays removed until the '
                'line is entered', culprit.number, culprit.line_number
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

REMOVED_LAWS = [
    *(
        Trigger(
            f"{TABLE}_law_2_{event.lower()}",
            TABLE,
            event,
            timing="BEFORE",
            function="law_2_row",
            when=when,
            arguments=(SAYS,),
            each_row=True,
        )
        for event, when in (
            (
                "UPDATE",
                f"OLD.restored_at IS NOT NULL OR ROW({_OLD}) IS DISTINCT FROM ROW({_NEW})",
            ),
            ("DELETE", ""),
        )
    ),
    Trigger(f"{TABLE}_law_2_back_insert", TABLE, "INSERT", body=IS_BACK),
    Trigger(f"{TABLE}_law_2_back_update", TABLE, "UPDATE", body=IS_BACK),
    no_truncate(TABLE),
    # That a line is not in its source any more is said once; it goes when the line comes again.
    Trigger(
        "orders_orderline_law_2_update",
        "orders_orderline",
        "UPDATE",
        timing="BEFORE",
        function="law_2_row",
        when="OLD.missing_since IS NOT NULL AND NEW.missing_since <> OLD.missing_since",
        arguments=("keeps the moment since which it is missing in its source",),
        each_row=True,
        columns=("missing_since",),
    ),
]

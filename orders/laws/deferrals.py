"""A deferral is append-only but for its release; what a person defers is not confirmed (law 11)."""

from closing_site.laws import Trigger, no_truncate

FACTS = "id company_id order_id delivery_id origin kind reason estimate expected_on"
_OLD, _NEW = (
    ", ".join(f"{row}.{name}" for name in (*FACTS.split(), "deferred_by_id", "deferred_at"))
    for row in ("OLD", "NEW")
)
SAYS = "is a record: release it, and defer again"

#: What it names is a delivery of its order.
OF_ITS_ORDER = """
    DECLARE culprit text;
    BEGIN
        SELECT o.number INTO culprit FROM new_rows AS n JOIN orders_order AS o ON o.id = n.order_id
        WHERE n.delivery_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM orders_delivery AS d WHERE d.id = n.delivery_id
                AND d.company_id = n.company_id AND d.order_id = n.order_id)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Order %: what is deferred is not one of its deliveries', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

#: Whoever confirms, by whatever way: a person's deferral holds until a person releases it. Few are
#: open at any time, so that they are read first.
NOT_CONFIRMED = """
    DECLARE deferred bigint[]; culprit record;
    BEGIN
        deferred := ARRAY(SELECT f.order_id FROM orders_deferral AS f
            WHERE f.released_at IS NULL AND f.origin = 'person');
        IF cardinality(deferred) = 0 THEN
            RETURN NULL;
        END IF;
        SELECT o.number, u.username, f.reason INTO culprit FROM new_rows AS n
        JOIN old_rows AS was ON was.id = n.id
        JOIN orders_deferral AS f ON f.company_id = n.company_id AND f.order_id = n.order_id
            AND f.released_at IS NULL AND f.origin = 'person'
            AND (f.delivery_id IS NULL OR f.delivery_id = n.id)
        JOIN orders_order AS o ON o.id = n.order_id
        JOIN companies_user AS u ON u.id = f.deferred_by_id
        WHERE n.order_id = ANY (deferred) AND n.period_id IS NOT NULL AND was.period_id IS NULL
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Order % is deferred by %: %', culprit.number, culprit.username,
                culprit.reason
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

#: What stands on a list stands there by a deferral that covers it.
COVERS = """
    DECLARE culprit text;
    BEGIN
        SELECT o.number INTO culprit FROM new_rows AS n
        JOIN orders_delivery AS d ON d.id = n.delivery_id
        JOIN orders_order AS o ON o.id = d.order_id
        JOIN orders_deferral AS f ON f.id = n.deferral_id
        WHERE f.company_id <> n.company_id OR f.order_id <> d.order_id
            OR (f.delivery_id IS NOT NULL AND f.delivery_id <> n.delivery_id)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Order %: it is listed by the deferral of another delivery', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

DEFERRAL_LAWS = [
    Trigger(
        "orders_deferral_law_2_update",
        "orders_deferral",
        "UPDATE",
        timing="BEFORE",
        function="law_2_row",
        when=f"OLD.released_at IS NOT NULL OR ROW({_OLD}) IS DISTINCT FROM ROW({_NEW})",
        arguments=(SAYS,),
        each_row=True,
    ),
    Trigger(
        "orders_deferral_law_2_delete",
        "orders_deferral",
        "DELETE",
        timing="BEFORE",
        function="law_2_row",
        arguments=(SAYS,),
        each_row=True,
    ),
    no_truncate("orders_deferral"),
    Trigger("orders_deferral_law_11_insert", "orders_deferral", "INSERT", body=OF_ITS_ORDER),
    Trigger("orders_delivery_law_11_deferred", "orders_delivery", "UPDATE", body=NOT_CONFIRMED),
    *(
        Trigger(f"orders_unbilled_law_11_{name}", "orders_unbilled", event, body=COVERS)
        for name, event in (("covered_insert", "INSERT"), ("covered_update", "UPDATE"))
    ),
]

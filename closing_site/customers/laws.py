"""Open items: what they say is guarded; how much is settled moves, by law 5's triggers alone."""

from closing_site.laws import Audited, Guarded, Law, Trigger

FIXED = (
    *("company_id", "customer_id", "side", "kind", "document_id", "number", "currency", "amount"),
    *("base_amount", "period_id", "issued_on", "posted_on"),
)
OLD, NEW = (", ".join(f"{row}.{column}" for column in FIXED) for row in ("OLD", "NEW"))

#: A payment that is set against nothing may still be put right in an open month.
IS_FINAL = "(OLD.settled <> 0 OR OLD.kind NOT IN ('payment', 'refund'))"

LAWS = [
    Guarded("customers_openitem", dated=True, movable=("settled", "base_settled")),
    Law(
        "customers_openitem",
        (
            Trigger(
                "customers_openitem_law_5_insert",
                "customers_openitem",
                "INSERT",
                timing="BEFORE",
                body="""
                    BEGIN
                        RAISE EXCEPTION 'Open item % begins with nothing settled', NEW.number
                            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                    END""",
                when="NEW.settled <> 0 OR NEW.base_settled <> 0",
                each_row=True,
            ),
        ),
    ),
    Law(
        "customers_openitem",
        tuple(
            Trigger(
                f"customers_openitem_law_5_{event.lower()}",
                "customers_openitem",
                event,
                timing="BEFORE",
                function="law_2_row",
                when=when,
                arguments=("is an open item of a final document, or set against another",),
                each_row=True,
            )
            for event, when in (
                ("UPDATE", f"{IS_FINAL} AND ROW({OLD}) IS DISTINCT FROM ROW({NEW})"),
                ("DELETE", IS_FINAL),
            )
        ),
    ),
    Audited(
        "customers_customer",
        kind="customer",
        number="r.code",
        columns=(
            *("name", "tax_id", "email", "phone", "address", "city", "region", "postal_code"),
            *("country", "currency", "payment_terms_days", "payment_method", "discount_terms"),
            *("credit_limit", "invoice_grouping", "is_on_hold"),
            "code",
        ),
        lookups=(
            (
                "sales_rep",
                "sales_rep_id",
                "(SELECT code FROM customers_salesrep WHERE id = {row}.sales_rep_id)",
            ),
        ),
        inserted="recorded",
        updated="changed",
        deleted="deleted",
        imported="customers",
    ),
    # Whose orders a person sees and enters.
    Audited(
        "customers_salesrep",
        kind="sales_rep",
        number="r.code",
        columns=("name", "user_id"),
        inserted="recorded",
        updated="changed",
    ),
]

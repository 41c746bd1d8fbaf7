"""What bars a person from approving a month, as a function that its triggers and actions share."""

from closing_site.law_functions import POWERFUL

#: An act on one document counts as long as the document is there and was not reversed.
STANDS = """
    p.document_id IS NULL OR CASE p.act
        WHEN 'payment' THEN EXISTS (SELECT FROM payments_payment WHERE id = p.document_id)
        WHEN 'deferral' THEN EXISTS (SELECT FROM orders_deferral
            WHERE id = p.document_id AND released_by_id IS DISTINCT FROM p.user_id)
        WHEN 'confirmation' THEN EXISTS (SELECT FROM orders_delivery
            WHERE id = p.document_id AND period_id = p.period_id)
        WHEN 'allocation' THEN EXISTS (
            SELECT FROM payments_allocation AS a WHERE a.id = p.document_id
                AND NOT EXISTS (SELECT FROM payments_allocation AS undone
                    WHERE undone.company_id = a.company_id AND undone.reverses_id = a.id)
                AND NOT EXISTS (SELECT FROM periods_preparation AS own
                    WHERE own.company_id = p.company_id AND own.period_id = p.period_id
                        AND own.user_id = p.user_id AND own.act = 'allocation'
                        AND own.document_id = a.reverses_id))
        WHEN 'order' THEN EXISTS (SELECT FROM orders_order
            WHERE id = p.document_id AND cancelled_on IS NULL)
        WHEN 'delivery' THEN EXISTS (SELECT FROM orders_delivery WHERE id = p.document_id)
        ELSE true END
"""

FUNCTIONS = [
    # Since the last seal of the month, and since another's last review of this person's acts.
    f"""
    CREATE OR REPLACE FUNCTION closing_preparations(of_period bigint, of_user bigint)
    RETURNS SETOF periods_preparation {POWERFUL} STABLE AS $law$
    BEGIN
        RETURN QUERY SELECT p.* FROM periods_preparation AS p
        WHERE p.period_id = of_period AND p.user_id = of_user
            AND p.company_id = (SELECT company_id FROM periods_period WHERE id = of_period)
            AND p.at > coalesce((SELECT max(sealed_at) FROM periods_seal
                WHERE period_id = of_period), '-infinity')
            AND p.id > coalesce((SELECT max(last_id) FROM periods_preparationreview
                WHERE period_id = of_period AND user_id = of_user), 0)
            AND ({STANDS})
        ORDER BY p.id;
    END $law$
    """,
]

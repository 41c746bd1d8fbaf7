"""Who enters or changes an order, or a delivery of it, prepares the month it will be posted in."""

from closing_site.laws import Law, Trigger

#: A deferral is of no month; it is approved with the first that is open.
FIRST_OPEN = """(SELECT min(q.starts_on) FROM periods_period AS q
    WHERE q.company_id = r.company_id AND q.status = 'open')"""


def _prepares(act: str, day: str, when: str) -> str:
    """A file's rows are its import; of a run's nothing is noted. ``day``, ``when``: SQL on the row
    ``r``; a confirmation is noted as one, by what guards the month."""
    return f"""
        BEGIN
            IF coalesce(current_setting('closing.user_id', true), '') = ''
                OR coalesce(current_setting('closing.files', true), '') <> '' THEN
                RETURN NULL;
            END IF;
            PERFORM closing_note_preparation(ARRAY(
                SELECT DISTINCT p.id FROM new_rows AS r
                JOIN periods_period AS p ON p.company_id = r.company_id AND p.status = 'open'
                    AND greatest({day}, (SELECT coalesce(max(q.ends_on) + 1, '-infinity')
                        FROM periods_period AS q
                        WHERE q.company_id = r.company_id AND q.status = 'locked'))
                    BETWEEN p.starts_on AND p.ends_on
                WHERE {when}),
                '{act}', (SELECT min(id) FROM (SELECT id FROM new_rows LIMIT 2) AS few
                    HAVING count(*) = 1));
            RETURN NULL;
        END"""


PREPARED_LAWS = [
    Law(
        table,
        tuple(
            Trigger(
                f"{table}_law_11_prepares_{event.lower()}",
                table,
                event,
                body=_prepares(act, day, when),
            )
            for event in ("INSERT", "UPDATE")
        ),
    )
    for table, act, day, when in (
        ("orders_order", "order", "coalesce(r.delivered_on, r.order_date)", "true"),
        ("orders_delivery", "delivery", "r.delivered_on", "r.period_id IS NULL"),
        ("orders_deferral", "deferral", FIRST_OPEN, "true"),
    )
]

"""What was invoiced of an order line before."""

#: What was invoiced of an order line by the month's end.
PRIOR = """
    SELECT coalesce(sum(i.quantity), 0) AS quantity, coalesce(sum(i.net), 0) AS net,
        coalesce(sum(i.tax), 0) AS tax
    FROM invoicing_invoiceline AS i
    JOIN periods_period AS month ON month.id = i.period_id
    WHERE i.order_line_id = {line} AND i.credited_line_id IS NULL
        AND month.starts_on <= %(starts_on)s
"""

"""What the floor of orders asks of invoices: which order lines they bill."""

BILLED_LINES = """
    SELECT l.order_line_id, i.number
    FROM invoicing_invoiceline AS l JOIN invoicing_invoice AS i ON i.id = l.invoice_id
    WHERE l.order_line_id IS NOT NULL AND l.credited_line_id IS NULL
"""

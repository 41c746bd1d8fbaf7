"""What the floor of orders asks of invoices: which order lines they bill, and how much of each."""

BILLED_LINES = """
    SELECT l.order_line_id, i.number, l.quantity, i.issued_at
    FROM invoicing_invoiceline AS l JOIN invoicing_invoice AS i ON i.id = l.invoice_id
    WHERE l.order_line_id IS NOT NULL AND l.credited_line_id IS NULL
"""

"""Which order lines are invoiced. The floor that invoices declares it, in ``billed_sql.py``."""

from closing_site.declared import declared


def billed_lines() -> str:
    """SQL that yields order_line_id and the number of each invoice that bills it."""
    return " UNION ALL ".join(declared("billed_sql", "BILLED_LINES"))

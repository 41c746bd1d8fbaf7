"""What a new order's form proposes and shows; computed by the database's own arithmetic."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from closing_site import sql
from closing_site.cells import Unreadable
from closing_site.companies.models import Company
from closing_site.customers.models import Customer
from closing_site.kind import Column
from closing_site.money import currency_digits
from orders.completion import completed, completion_parameters
from orders.delivered_rates_sql import TYPED_TAX_RATE
from orders.kinds import ORDER_LINES
from orders.models import Order

FIRST = "SO-0001"

#: Of an order in the books (``order``), a line that is delivered has the rate of that day.
LINES = f"""
    SELECT g.position, g.quantity, g.unit_price, coalesce(g.discount_percent, 0)
            AS discount_percent, g.tax_rate AS given_tax_rate, p.tax_rate AS product_tax_rate,
        CASE WHEN EXISTS (SELECT FROM orders_delivery AS c WHERE c.company_id = %(company)s
            AND c.order_id = %(order)s AND c.period_id IS NOT NULL) THEN l.tax_rate END
            AS agreed_tax_rate, {TYPED_TAX_RATE} AS delivered_tax_rate,
        NULL::text AS kept_tax_category,
        %(prices_include_tax)s AS prices_include_tax, %(digits)s AS digits,
        p.name, p.unit, p.unit_price AS list_price
    FROM jsonb_to_recordset(%(lines)s::jsonb) AS g (position integer, sku text,
        line_number integer, quantity numeric, unit_price numeric, discount_percent numeric,
        tax_rate numeric)
    LEFT JOIN orders_product AS p ON p.company_id = %(company)s AND p.sku = g.sku
    LEFT JOIN orders_orderline AS l ON l.company_id = %(company)s AND l.order_id = %(order)s
        AND l.line_number = g.line_number AND l.product_id = p.id
"""
NUMBERS = ("quantity", "unit_price", "discount_percent", "tax_rate")
_COLUMNS: Mapping[str, Column] = {column.name: column for column in ORDER_LINES.columns}


def next_number(company: Company) -> str:
    """The number after the highest of those that begin as the newest order's does."""
    numbered = Order.objects.filter(company=company, number_value__isnull=False)
    newest = numbered.order_by("-id").first()
    alike = numbered.filter(number_prefix=newest.number_prefix) if newest else numbered
    last = alike.order_by("-number_value").first()
    if last is None or last.number_value is None:
        return FIRST
    digits = len(last.number) - len(last.number_prefix)
    return f"{last.number_prefix}{last.number_value + 1:0{digits}d}"


def currency_of(company: Company, given: str, customer_code: str) -> str:
    """As orders take it: the order's own, else the customer's, else the company's."""
    if given:
        return given
    customer = Customer.objects.filter(company=company, code=customer_code).first()
    return (customer.currency if customer else "") or company.currency


def computed_lines(
    company: Company,
    lines: Sequence[Mapping[str, Any]],
    *,
    currency: str,
    includes_tax: bool,
    order: Order | None = None,
) -> list[dict[str, Any]]:
    """Each line with ``net``, ``tax`` and ``gross``, null while something is missing, and what is
    known of its product: ``name``, ``unit``, ``list_price``. ``order``: that these lines change."""
    rows = [
        {
            "position": place,
            "sku": (line.get("sku") or "").strip(),
            "line_number": line_number_of(line),
        }
        | {name: _number(name, line.get(name) or "") for name in NUMBERS}
        for place, line in enumerate(lines)
    ]
    parameters = {
        **completion_parameters(company),
        "lines": json.dumps(rows),
        "order": order.pk if order else None,
        "prices_include_tax": includes_tax,
        "digits": currency_digits(currency),
    }
    found = sql.rows(f"SELECT * FROM ({completed(LINES)}) AS line ORDER BY position", parameters)
    return [{**row, "gross": _sum([row["net"], row["tax"]])} for row in found]


def line_number_of(line: Mapping[str, Any]) -> int | None:
    text = str(line.get("line_number") or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def totals(lines: Sequence[Mapping[str, Any]]) -> dict[str, Decimal | None]:
    return {name: _sum([line[name] for line in lines]) for name in ("net", "tax", "gross")}


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _number(name: str, text: str) -> str | None:
    read = _COLUMNS[name].read(text.strip()) if text.strip() else ""
    return None if isinstance(read, Unreadable) or not read else read

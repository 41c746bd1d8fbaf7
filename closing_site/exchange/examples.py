"""A row of each kind, for the files that show how one looks. Data."""

from typing import Final

from closing_site.exchange.kinds import KINDS

_ROWS: Final[dict[str, dict[str, str]]] = {
    "exchange_rates": {"date": "2026-01-01", "currency": "USD", "rate": "7.0288"},
    "sales_reps": {"code": "R01", "name": "Li Na"},
    "tax_rates": {"category": "zero_rated", "percent": "0", "reason": "Export of goods"},
    "customers": {
        "code": "C0001",
        "name": "Hangzhou Qiantang Trading",
        "tax_id": "91330100MA27XXXX0A",
        "email": "ap@example.com",
        "phone": "0571-8800 0000",
        "address": "1 Zhongshan Road",
        "city": "Hangzhou",
        "region": "Zhejiang",
        "postal_code": "310000",
        "country": "CN",
        "currency": "CNY",
        "payment_terms_days": "30",
        "payment_method": "bank_transfer",
        "discount_terms": "2/10",
        "credit_limit": "500000",
        "sales_rep": "R01",
        "invoice_grouping": "order",
    },
    "products": {
        "sku": "TEA-001",
        "name": "Longjing tea",
        "category": "Tea",
        "kind": "goods",
        "unit": "box",
        "unit_price": "128",
        "unit_cost": "76.5",
        "tax_rate": "13",
    },
    "opening_items": {
        "customer_code": "C0001",
        "document_number": "OLD-0001",
        "kind": "invoice",
        "issued_on": "2025-12-15",
        "due_on": "2026-01-14",
        "open_amount": "1130",
        "currency": "CNY",
    },
    "orders": {
        "number": "SO-0001",
        "customer_code": "C0001",
        "order_date": "2026-01-05",
        "required_on": "2026-01-10",
        "delivered_on": "2026-01-09",
        "accepted_on": "2026-01-10",
        "status": "delivered",
        "currency": "CNY",
        "prices_include_tax": "0",
        "sales_rep": "R01",
        "satisfaction": "5",
        "stated_total": "1446.4",
        "customer_reference": "PO-778",
    },
    "order_lines": {
        "order_number": "SO-0001",
        "line_number": "1",
        "sku": "TEA-001",
        "description": "Longjing tea",
        "quantity": "10",
        "unit": "box",
        "unit_price": "128",
        "discount_percent": "0",
        "tax_rate": "13",
    },
    "deliveries": {
        "order_number": "SO-0001",
        "line_number": "1",
        "delivered_on": "2026-01-09",
        "quantity": "10",
        "accepted_on": "2026-01-10",
    },
    "payments": {
        "reference": "P-0001",
        "customer_code": "C0001",
        "received_on": "2026-01-20",
        "amount": "1446.4",
        "currency": "CNY",
        "method": "bank_transfer",
        "order_number": "SO-0001",
        "payer": "Hangzhou Qiantang Trading",
        "memo": "SO-0001",
    },
}


def example_of(kind: str) -> tuple[list[str], list[str]]:
    """The header and one row of a file of this kind."""
    names = [column.name for column in KINDS[kind].columns]
    return names, [_ROWS[kind].get(name, "") for name in names]

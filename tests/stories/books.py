"""What the stories share: a company, its files and its months, all through the commands."""

from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

from django.db import connection

from tests.commands import run

COMPANY = "SHOP"
REASON = "As agreed with the manager"

#: Whoever a story may call on, by their role.
MEMBERS = {
    "ann": "finance",
    "mo": "manager",
    "ida": "admin",
    "rita": "sales_rep",
    "otto": "auditor",
}
#: Nothing in them gives a check something to find.
CUSTOMERS = """
    code,name,tax_id,email,phone,address,city,region,postal_code,country,payment_terms_days
    ACME,Acme Ltd,DE111,acme@example.com,+49 1,Main St 1,Berlin,BE,10115,DE,30
    BETA,Beta Ltd,DE222,beta@example.com,+49 2,Main St 2,Berlin,BE,10117,DE,14
"""
PRODUCTS = """
    sku,name,category,kind,unit,unit_price,unit_cost
    TEA,Tea,Drinks,,box,,
    FREIGHT,Freight,Services,charge,,,
    REBATE,Rebate,Discounts,,,,
"""
ORDERS = "number,customer_code,order_date,delivered_on,status,prices_include_tax"
LINES = "order_number,line_number,sku,quantity,unit_price,tax_rate"
PAYMENTS = "reference,customer_code,received_on,amount,method,order_number,invoice_number,memo"

UNPLACED = "SELECT reference, unplaced FROM v_payments ORDER BY 1"
ACCOUNTS = """
    SELECT account, debit, credit FROM v_vouchers WHERE document = '{}' ORDER BY number, line
"""
STEPS = ["confirm", "invoice", "pay", "reconcile", "report"]
COUNTS = [
    *("orders_confirmed", "orders_deferred", "orders_open", "orders_cancelled"),
    *("invoices_issued", "credit_notes", "payments", "vouchers"),
]
AMOUNTS = [
    *("net", "tax", "gross", "credited", "received", "allocated", "advances", "deductions"),
    *("receivables_opening", "receivables_closing"),
]
LOCK = ("--approve-as", "mo", "--acknowledge-warnings", REASON)

_folders = count(1)


def open_company(
    currency: str = "EUR", country: str = "DE", first_period: str = "2025-01", code: str = COMPANY
) -> None:
    members = (part for who, role in MEMBERS.items() for part in ("--member", f"{who}:{role}"))
    made, status = run(
        *("create_company", code, "--name", "Shop", "--currency", currency),
        *("--country", country, "--first-period", first_period, *members),
    )
    assert status == 0, made


def import_files(tmp_path: Path, company: str = COMPANY, **files: str) -> dict[str, Any]:
    """Import these texts as CSV files of these names, all of them or none."""
    result, status = try_import(tmp_path, company, **files)
    assert (result["written"], status) == (True, 0), result
    return result


def try_import(tmp_path: Path, company: str = COMPANY, **files: str) -> tuple[dict[str, Any], int]:
    folder = tmp_path / f"files-{next(_folders)}"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(dedent(text).strip() + "\n", encoding="utf-8")
    return run("import_data", str(folder), "--company", company)


def import_parties(tmp_path: Path) -> None:
    import_files(tmp_path, customers=CUSTOMERS, products=PRODUCTS)


def sales(*orders: str) -> dict[str, str]:
    """``"S1 ACME 2025-01-10 119.00"``: delivered whole that day, one line, 19 % tax in its price.

    A fifth word is the order's day, where that is another.
    """
    headers, lines = [ORDERS], [LINES]
    for order in orders:
        number, customer, day, gross, *ordered_on = order.split()
        headers.append(f"{number},{customer},{(ordered_on or [day])[0]},{day},delivered,1")
        lines.append(f"{number},1,TEA,1,{gross},19")
    return {"orders": "\n".join(headers), "order_lines": "\n".join(lines)}


def payments(*rows: str) -> dict[str, str]:
    """``"P1,ACME,2025-01-12,119.00,S1"``: by bank transfer; what it names follows the amount, as
    order number, invoice number and memo."""
    lines = [PAYMENTS]
    for row in rows:
        reference, customer, day, amount, *names = row.split(",", 6)
        named = ",".join((*names, "", "", "")[:3])
        lines.append(f"{reference},{customer},{day},{amount},bank_transfer,{named}")
    return {"payments": "\n".join(lines)}


def sell_and_receive(tmp_path: Path, orders: list[str], received: list[str]) -> None:
    """Orders of January, numbered INV-2025-01-00001 and on as they stand, and payments."""
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **sales(*orders), **payments(*received))


def invoice(number: int, month: str = "2025-01") -> str:
    return f"INV-{month}-{number:05}"


def trade(tmp_path: Path) -> None:
    """Two orders of January with a payment, one still open, one cancelled, one of February."""
    open_company()
    import_parties(tmp_path)
    sold = sales(
        "S1 ACME 2025-01-10 119.00", "S2 BETA 2025-01-20 238.00", "S5 ACME 2025-02-05 11.90"
    )
    import_files(
        tmp_path,
        orders=f"{sold['orders']}\nS3,ACME,2025-01-30,,open,1\nS4,BETA,2025-01-30,,cancelled,1",
        order_lines=f"{sold['order_lines']}\nS3,1,TEA,1,1.19,19\nS4,1,TEA,1,2.38,19",
        **payments("P1,ACME,2025-01-25,119.00,S1", "P2,BETA,2025-02-10,200.00,S2"),
    )


def everything() -> dict[str, Any]:
    """Every table and view, row by row."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'v') ORDER BY 1"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} AS t"
            )
            found[name] = cursor.fetchone()
    return found


def acknowledge(document: str, check: str, *, reason: str = "Agreed by phone") -> tuple[Any, int]:
    return run(
        *("acknowledge", document, "--company", COMPANY, "--check", check),
        *("--reason", reason, "--as", "ann", "--period", "2025-01"),
    )


def walk(
    month: str, *options: str, by: str = "ann", company: str = COMPANY
) -> tuple[dict[str, Any], int]:
    """``close_period`` with these options alone: what it says, and its exit status."""
    return run("close_period", month, "--company", company, "--as", by, *options)


def close(month: str, *options: str, company: str = COMPANY) -> dict[str, Any]:
    """Lock the month, letting every warning stand; returns its totals."""
    result, status = walk(
        *(month, "--approve-as", "mo", "--acknowledge-warnings", REASON, *options),
        company=company,
    )
    assert (result["status"], status) == ("locked", 0), result["reasons"]
    totals: dict[str, Any] = result["totals"]
    return totals


def part(totals: dict[str, Any], names: str) -> dict[str, Any]:
    """These of the totals."""
    return {name: totals[name] for name in names.split()}


def view(query: str) -> list[tuple[Any, ...]]:
    """Rows as one writes them: amounts as text without needless zeros, days as YYYY-MM-DD."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(_written(value) for value in row) for row in cursor.fetchall()]


def _written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value.isoformat() if isinstance(value, date) else value


def findings(month: str, *slugs: str) -> list[tuple[Any, ...]]:
    """Check, document and amount of what these checks found in the month and stands."""
    named = ", ".join(f"'{slug}'" for slug in slugs)
    return view(
        "SELECT check_slug, document, amount FROM v_findings"
        f" WHERE period = '{month}' AND check_slug IN ({named}) AND resolved_at IS NULL"
        " ORDER BY 1, 2"
    )


def placed() -> list[tuple[Any, ...]]:
    """Payment, invoice and amount of every allocation."""
    return view("SELECT payment_reference, invoice_number, amount FROM v_allocations ORDER BY 1, 2")


def require_integrity() -> None:
    result, status = run("verify_integrity", "--company", COMPANY)
    assert (result["findings"], status) == ([], 0)

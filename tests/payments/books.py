"""Small books for tests of what money is allocated to: a company, its sales and its receipts, by
the program's own imports and runs, within the test's transaction."""

from dataclasses import dataclass
from pathlib import Path

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.desk.registry import all_checks
from closing_site.periods.actions import period_by_code
from closing_site.periods.parameters import period_parameters
from invoicing.runs.issue import invoice_run
from orders.runs.confirm import confirm_run
from payments.runs.match import match_run
from reconciliation.balances import roll_forward_differences
from reconciliation.runs.vouchers import voucher_run
from tests.stories.books import PRODUCTS, import_files, open_company, view

CODES = ("K1", "K2", "K3")


@dataclass
class Shop:
    company: Company
    folder: Path

    def sell(self, *orders: str) -> None:
        """``"10251 K1 2026-10-06 222"``: delivered whole that day, untaxed; a fifth word is the
        order's currency."""
        headers = ["number,customer_code,order_date,delivered_on,currency"]
        lines = ["order_number,line_number,sku,quantity,unit_price,tax_rate"]
        for order in orders:
            number, customer, day, amount, *currency = order.split()
            headers.append(f"{number},{customer},{day},{day},{(*currency, '')[0]}")
            lines.append(f"{number},1,TEA,1,{amount},0")
        self.take(orders="\n".join(headers), order_lines="\n".join(lines))

    def receive(self, *payments: str, columns: str = "order_number,invoice_number,memo") -> None:
        """``"P1 K1 2026-10-20 222"``, then a comma and what ``columns`` names."""
        rows = [f"reference,customer_code,received_on,amount,method,{columns}"]
        for payment in payments:
            head, *named = payment.split(",", 1)
            reference, customer, day, amount, *method = head.split()
            method = method or ["bank_transfer"]
            rows.append(",".join((reference, customer, day, amount, *method, *(named or [""]))))
        self.take(payments="\n".join(rows))

    def take(self, **files: str) -> None:
        import_files(self.folder, self.company.code, **files)

    def invoice(self, *months: str) -> None:
        for month in months:
            period = period_by_code(self.company, month)
            confirm_run(period, by="ann")
            invoice_run(period, by="ann")

    def match(self, *months: str) -> int:
        """Invoices and matches; returns how many allocations."""
        made = 0
        for month in months:
            self.invoice(month)
            made += match_run(period_by_code(self.company, month), by="ann")
        return made

    def found(self, month: str, check: str) -> list[tuple[str, str]]:
        """Kind:number and amount of what the check finds now."""
        query = all_checks()[check].query
        rows = sql.rows(query, period_parameters(period_by_code(self.company, month)))
        return sorted(
            (f"{row['document_kind']}:{row['document_number']}", f"{row['amount'].normalize():f}")
            for row in rows
        )

    def require_closing(self, *months: str) -> None:
        """Invariant 12: balances, open items and accounts agree at each month's end."""
        for month in months:
            period = period_by_code(self.company, month)
            voucher_run(period, by="ann")
            assert roll_forward_differences(period) == []


def the_shop(folder: Path, first_period: str = "2026-09", currency: str = "CNY") -> Shop:
    open_company(currency, "CN", first_period)
    shop = Shop(Company.objects.get(code="SHOP"), folder)
    customers = "\n".join(("code,name", *(f"{code},Customer {code}" for code in CODES)))
    shop.take(customers=customers, products=PRODUCTS)
    return shop


def allocated() -> list[tuple[str, str, str]]:
    """Payment or credit note, invoice's order or refund, and what is allocated in all."""
    rows = view(
        """
        SELECT c.number, coalesce(o.number, d.number), sum(a.debit_amount)
        FROM payments_allocation AS a
        JOIN customers_openitem AS c ON c.id = a.credit_item_id
        JOIN customers_openitem AS d ON d.id = a.debit_item_id
        LEFT JOIN invoicing_invoice AS v ON d.kind = 'invoice' AND v.id = d.document_id
        LEFT JOIN orders_order AS o ON o.id = v.order_id
        GROUP BY c.number, coalesce(o.number, d.number) HAVING sum(a.debit_amount) <> 0
        ORDER BY 1, 2
        """
    )
    return [(str(a), str(b), str(c)) for a, b, c in rows]


def rolled(month: str, names: str, customer: str = "K1", currency: str = "CNY") -> tuple[str, ...]:
    """These columns of the customer's roll-forward."""
    columns = ", ".join(names.split())
    found = view(
        f"SELECT {columns} FROM v_receivables WHERE period = '{month}'"
        f" AND customer_code = '{customer}' AND currency = '{currency}'"
    )
    return found[0] if found else ("0",) * len(names.split())

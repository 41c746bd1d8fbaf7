"""Writing synthetic sales as a folder of exchange files."""

import csv
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from closing_site.exchange import synthetic
from closing_site.exchange.synthetic import Plan, Row
from closing_site.exchange.synthetic_sales import sales


def write_files(plan: Plan, folder: Path) -> None:
    """One pass, whatever the size: nothing is kept in memory."""
    with ExitStack() as opened:

        def begin(name: str, columns: Row) -> Any:
            path = folder / f"{name}.csv"
            file = opened.enter_context(path.open("w", encoding="utf-8", newline=""))
            writer = csv.writer(file)
            writer.writerow(columns)
            return writer

        begin("customers", synthetic.CUSTOMER_COLUMNS).writerows(synthetic.customers(plan))
        begin("products", synthetic.PRODUCT_COLUMNS).writerows(synthetic.products(plan))
        orders = begin("orders", synthetic.ORDER_COLUMNS)
        lines = begin("order_lines", synthetic.LINE_COLUMNS)
        payments = begin("payments", synthetic.PAYMENT_COLUMNS)
        for sale in sales(plan):
            orders.writerow(sale.order)
            lines.writerows(sale.lines)
            payments.writerows(sale.payments)

"""The demo company's facts as exchange files: of each month, what came into the books in it."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from closing_site.demo.master_data import DATA, NEW_LAMP, STRANGER
from closing_site.demo.receipt import Receipt
from closing_site.demo.sale import Sale
from closing_site.money import currency_digits
from closing_site.periods.calendar import last_day_of

Row = tuple[str, ...]

ORDER_COLUMNS = (
    *("number", "customer_code", "order_date", "delivered_on", "accepted_on", "status"),
    *("currency", "prices_include_tax", "sales_rep", "satisfaction", "stated_total", "note"),
)
LINE_COLUMNS = (
    *("order_number", "line_number", "sku", "description", "quantity", "unit", "unit_price"),
    *("discount_percent", "tax_rate"),
)
DELIVERY_COLUMNS = ("order_number", "line_number", "delivered_on", "quantity", "accepted_on")
PAYMENT_COLUMNS = (
    *("reference", "customer_code", "received_on", "amount", "currency", "method"),
    *("order_number", "invoice_number", "payer", "memo"),
)
#: The lamp that was sold before it was entered comes with the files of this month.
NEW_PRODUCTS = {
    "2026-08": (
        ("sku", "name", "category", "kind", "unit", "unit_price", "unit_cost", "tax_rate"),
        (
            NEW_LAMP,
            "黄铜落地灯 Brass floor lamp",
            "灯具 Lighting",
            "goods",
            "盏",
            "529",
            "296",
            "13",
        ),
    )
}
#: What the lamp's tax rate becomes after the last delivery.
CORRECTED_RATE = "9"


def master_files() -> Path:
    """Customers, products, exchange rates and opening items."""
    return DATA


def write_month(
    folder: Path, code: str, first: date, last: date, sales: list[Sale], paid: list[Receipt]
) -> None:
    """Of the orders, what they were not at the end of the month before."""
    before = first - timedelta(days=1)
    known = [sale for sale in sales if sale.ordered_on <= last]
    tables = {
        "orders": (ORDER_COLUMNS, _order_rows),
        "order_lines": (LINE_COLUMNS, _line_rows),
        "deliveries": (DELIVERY_COLUMNS, _delivery_rows),
    }
    for name, (columns, rows_of) in tables.items():
        old = {row for sale in known if sale.ordered_on <= before for row in rows_of(sale, before)}
        new = (row for sale in known for row in rows_of(sale, last) if row not in old)
        if name == "order_lines":
            # A file that has an order at all has all of its lines.
            new = (
                row
                for sale in known
                if not old.issuperset(rows := list(rows_of(sale, last)))
                for row in rows
            )
        _write(folder, name, columns, new)
    _write(folder, "payments", PAYMENT_COLUMNS, _payment_rows(paid, code))
    if code in NEW_PRODUCTS:
        columns, *rows = NEW_PRODUCTS[code]
        _write(folder, "products", columns, rows)


def write_corrections(folder: Path, sales: list[Sale]) -> None:
    """What the source exports again at the very end: orders that have lost a line, or were closed;
    a new rate."""
    lines = (
        row
        for sale in sales
        if sale.fault in ("line_removed", "not_in_source")
        for row in list(_line_rows(sale, sale.delivered_on))[:-1]
    )
    _write(folder, "order_lines", LINE_COLUMNS, lines)
    closed = (
        (*row[:5], "closed", *row[6:])
        for sale in sales
        if sale.fault == "closed_short"
        for row in _order_rows(sale, sale.delivered_on)
    )
    _write(folder, "orders", ORDER_COLUMNS, closed)
    columns, row = NEW_PRODUCTS["2026-08"]
    _write(folder, "products", columns, [(*row[:-1], CORRECTED_RATE)])


def _write(folder: Path, name: str, columns: Row, rows: Iterable[Row]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _fault(sale: Sale, through: date) -> str:
    """What is wrong with it in the books at the end of that day."""
    mended = sale.mended_after
    return sale.fault if mended is None or through <= mended else ""


def _order_rows(sale: Sale, through: date) -> Iterator[Row]:
    fault = _fault(sale, through)
    is_delivered = sale.delivered_on <= through and fault not in ("late_note", "cancelled")
    is_whole = is_delivered and not sale.parts
    digits = currency_digits(sale.customer.currency)
    stated = sale.gross + (120 if fault == "stated_total" else 0)
    yield (
        sale.number,
        STRANGER if fault == "unknown_customer" else sale.customer.code,
        sale.ordered_on.isoformat(),
        sale.delivered_on.isoformat() if is_whole else "",
        sale.accepted_on.isoformat() if is_whole and sale.accepted_on else "",
        "cancelled" if fault == "cancelled" else "delivered" if is_delivered else "open",
        sale.customer.currency,
        "1" if sale.customer.includes_tax else "0",
        sale.customer.rep,
        str(sale.satisfaction) if is_whole and sale.satisfaction else "",
        "" if fault == "negative" else f"{stated:.{digits}f}",
        sale.note,
    )


def _line_rows(sale: Sale, through: date) -> Iterator[Row]:
    fault = _fault(sale, through)
    for place, line in enumerate(sale.lines if fault != "no_lines" else (), start=1):
        is_first = place == 1
        yield (
            sale.number,
            str(place),
            line.product.sku,
            line.product.name,
            "" if fault == "no_quantity" and is_first else f"{line.quantity:f}",
            line.product.unit,
            "" if fault == "no_price" and is_first else f"{line.price:f}",
            str(line.discount),
            "" if fault == "old_rate" else f"{line.tax_rate:f}",
        )


def _delivery_rows(sale: Sale, through: date) -> Iterator[Row]:
    for part in sale.parts:
        if part.day <= through:
            signed_on = min(part.day + timedelta(days=1), last_day_of(part.day))
            yield (
                *(sale.number, str(part.line), part.day.isoformat(), f"{part.quantity:f}"),
                signed_on.isoformat(),
            )


def _payment_rows(paid: Iterable[Receipt], code: str) -> Iterator[Row]:
    for receipt in paid:
        if receipt.month == code:
            digits = currency_digits(receipt.currency)
            yield (
                receipt.reference,
                receipt.customer_code,
                receipt.received_on.isoformat(),
                f"{receipt.amount:.{digits}f}",
                receipt.currency,
                receipt.method,
                *(receipt.order_number, receipt.invoice_number, receipt.payer, receipt.memo),
            )

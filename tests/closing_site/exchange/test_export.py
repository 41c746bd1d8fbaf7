"""A company exported as exchange files comes to the same figures in another company."""

import csv
import json
import os
import signal
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import connections

from closing_site.companies.models import Company, User
from closing_site.exchange import exporting
from closing_site.exchange.exporting import export_company, exported_files
from closing_site.exchange.kinds import KINDS
from orders.actions.closing import close_order
from orders.actions.deferring import defer_order
from orders.models import Order
from tests.commands import run
from tests.stories.books import LINES, REASON, close, import_files, open_company, try_import, view

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = {
    "ACME": 'M\u00fcller, "S\u00f6hne"\nzweite Zeile',
    "BETA": '=HYPERLINK("http://evil.example","x")',
    "GAMMA": "\uff1dSUM(A1)",
    "DELTA": "'=already escaped",
    "EPS": "''quoted",
    "-Z": "\u676d\u5dde\u8d38\u6613",
}
CUSTOMERS = [
    "code,name,phone,currency,payment_terms_days,discount_terms,credit_limit,sales_rep,address,country",
    *(
        f'{code},"{name.replace(chr(34), chr(34) * 2)}",+49 1,{"USD" if code == "BETA" else ""},30,'
        "2/10,5000.50,R1,Main St,DE"
        for code, name in NAMES.items()
    ),
]
PRODUCTS = '''
    sku,name,category,kind,unit,unit_price,unit_cost,tax_rate
    TEA,Tea,Drinks,goods,box,,1.250001,19
    WORK,Work,Services,service,,,,
    FREIGHT,Freight,Services,charge,,,,
    +X,"@cmd, ""x""",,,,,,7
'''
ORDERS = (
    "number,customer_code,order_date,delivered_on,status,currency,prices_include_tax,note,"
    "stated_total\n"
    'W1,ACME,2025-01-02,2025-01-10,delivered,,1,"=1+1\nsecond ""line""",119\n'
    "U1,BETA,2025-01-02,2025-01-11,delivered,USD,0,,\n"
    "P1,GAMMA,2025-01-03,,open,,0,,\n"
    "C1,ACME,2025-01-03,,open,,0,,\n"
    "X1,-Z,2025-01-04,,cancelled,,0,Too late,\n"
    "H1,DELTA,2025-01-05,2025-01-20,delivered,,0,,\n"
    "O1,EPS,2025-01-06,,open,,0,,\n"
)
ORDER_LINES = f"""{LINES},discount_percent
    W1,1,TEA,1,119,19,
    U1,1,+X,3,33.333333,7,12.5
    P1,1,TEA,10,9.99,,
    P1,2,FREIGHT,1,5,19,
    C1,1,TEA,10,100,19,
    C1,2,FREIGHT,1,7,19,
    C1,3,WORK,1,50,19,
    C1,4,FREIGHT,1,3,19,
    X1,1,TEA,1,1,19,
    H1,1,TEA,2,20,19,
    O1,1,TEA,2,20,19,
""".replace("    ", "")
DELIVERIES = """
    order_number,line_number,delivered_on,quantity,accepted_on
    P1,1,2025-01-12,4,2025-01-13
    P1,1,2025-02-12,6,
    C1,1,2025-01-15,4,
"""
PAYMENTS = '''
    reference,customer_code,received_on,amount,currency,method,order_number,payer,memo,refund_of,refund_kind
    R1,ACME,2025-01-12,119,,bank_transfer,W1,"=cmd, ""x""",,,
    R2,BETA,2025-01-20,50,USD,card,U1,,,,
    R3,ACME,2025-02-03,-119,,bank_transfer,,,,R1,bounce
    R4,GAMMA,2025-02-05,200,,cash,,,,,
    R5,GAMMA,2025-02-06,-20.5,,cash,,,,R4,refund
    R6,,2025-02-07,11.11,,other,,-unknown,,,
'''
OPENING = """
    customer_code,document_number,kind,issued_on,due_on,open_amount,currency
    ACME,=OLD-1,invoice,2024-12-01,2024-12-31,500,
    BETA,OLD-2,advance,2024-12-05,,40,USD
"""
REPS = 'code,name\nR1,"=Rita, ""the rep"""\nR2,'
TAX = "category,percent,reason\nexempt,0,-Books\nstandard,0.5,Used cars\nstandard,19,"
RATES = "date,currency,rate\n2024-12-01,USD,0.95\n2025-01-01,USD,0.9512345678\n2025-02-01,USD,0.97"

#: By company, what an import alone has to bring back, and what the same runs do.
BOOKS = {
    "customers": "SELECT code, name, phone, currency, payment_terms_days, discount_terms,"
    " credit_limit, address, country, invoice_grouping FROM customers_customer"
    " WHERE company_id = {} ORDER BY code",
    "products": "SELECT sku, name, category, kind, unit, unit_price, unit_cost, tax_rate"
    " FROM orders_product WHERE company_id = {} ORDER BY sku",
    "orders": "SELECT number, customer_code, order_date, currency, prices_include_tax, note,"
    " stated_total, net, tax, gross, cancelled_on, cancel_reason, closed_on, close_reason,"
    " delivered_on FROM orders_order WHERE company_id = {} ORDER BY number",
    "reps": "SELECT code, name FROM customers_salesrep WHERE company_id = {} ORDER BY 1",
    "rates": "SELECT category, percent, reason, is_unexpected FROM orders_taxrate"
    " WHERE company_id = {} ORDER BY 1, 2",
    "lines": "SELECT o.number, l.line_number, l.sku, l.quantity, l.closed_quantity, l.unit_price,"
    " l.discount_percent, l.tax_rate, l.net, l.tax FROM orders_orderline AS l"
    " JOIN orders_order AS o ON o.id = l.order_id WHERE l.company_id = {} ORDER BY 1, 2",
    "deliveries": "SELECT o.number, d.delivered_on, d.accepted_on, d.is_whole, n.quantity"
    " FROM orders_delivery AS d JOIN orders_order AS o ON o.id = d.order_id"
    " LEFT JOIN orders_deliveryline AS n ON n.delivery_id = d.id WHERE d.company_id = {}"
    " ORDER BY 1, 2",
    "payments": "SELECT reference, received_on, amount, base_amount, currency, method,"
    " order_number, payer, memo, refund_of, refund_kind FROM payments_payment"
    " WHERE company_id = {} ORDER BY 1",
    "opening": "SELECT number, kind, amount, base_amount, currency, issued_on, due_on"
    " FROM customers_openitem WHERE company_id = {} AND document_id = 0 ORDER BY 1",
}
POSTED = {
    "invoices": "SELECT number, kind, issued_on, due_on, currency, net, tax, gross, base_gross"
    " FROM invoicing_invoice WHERE company_id = {} ORDER BY number",
    "open_items": "SELECT kind, number, side, currency, amount, settled, base_settled"
    " FROM customers_openitem WHERE company_id = {} ORDER BY 1, 2",
    "balances": "SELECT p.code, c.code, b.currency, b.opening, b.closing"
    " FROM reconciliation_customerbalance AS b JOIN periods_period AS p ON p.id = b.period_id"
    " JOIN customers_customer AS c ON c.id = b.customer_id WHERE b.company_id = {}"
    " ORDER BY 1, 2, 3",
}


def found(queries: dict[str, str], code: str) -> dict[str, Any]:
    key = Company.objects.get(code=code).pk
    return {name: view(query.format(key)) for name, query in queries.items()}


def defer(company: str, number: str) -> None:
    order = Order.objects.get(company__code=company, number=number)
    defer_order(order=order, reason="Wanted later", by=User.objects.get(username="ann"))


def sell(tmp_path: Path) -> None:
    import_files(
        tmp_path,
        customers="\n".join(CUSTOMERS),
        products=PRODUCTS,
        exchange_rates=RATES,
        sales_reps=REPS,
        tax_rates=TAX,
        orders=ORDERS,
        order_lines=ORDER_LINES,
        deliveries=DELIVERIES,
        payments=PAYMENTS,
        opening_items=OPENING,
    )


def close_both(company: str) -> None:
    for month in ("2025-01", "2025-02"):
        close(month, "--defer-exceptions", REASON, company=company)


def test_every_kind_that_is_imported_is_exported_whole() -> None:
    files = {file.name: list(file.columns) for file in exported_files()}
    for name, kind in KINDS.items():
        assert files[name] == [column.name for column in kind.columns]


def test_another_company_comes_to_the_same_figures(tmp_path: Path) -> None:
    open_company()
    sell(tmp_path)
    close_order(
        order=Order.objects.get(number="C1"),
        reason="=The customer, gives up",
        closed_on=date(2025, 1, 25),
        charges=[2],
        by=User.objects.get(username="ann"),
    )
    defer("SHOP", "H1")
    close_both("SHOP")
    folder = tmp_path / "out"
    told, status = run("export_data", str(folder), "--company", "SHOP")
    assert status == 0, told
    assert {file["kind"]: file["rows"] for file in told["files"]} == {
        **{"customers": 6, "products": 4, "exchange_rates": 3, "opening_items": 2, "orders": 7},
        **{"sales_reps": 2, "tax_rates": 4},
        **{"order_lines": 11, "deliveries": 3, "payments": 6, "returns": 0, "deductions": 0},
    }
    assert told["not_imported"] == ["returns", "deductions"]
    assert told["not_carried"]["seals"] == 2
    assert told["not_carried"]["deferrals"] == 1
    assert told["totals"]["payments"] == [
        {"currency": "EUR", "payments": 5, "received": "330.11", "refunded": "139.50"},
        {"currency": "USD", "payments": 1, "received": "50.00", "refunded": "0.00"},
    ]
    assert json.loads((folder / "export.json").read_text())["totals"] == told["totals"]
    for path in folder.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        signs = "=+@\uff1d\uff0b\uff0d\uff20"
        assert not [cell for cell in cells if cell.startswith(tuple(signs))]
        assert not [cell for cell in cells if cell.startswith("-") and not cell[1:2].isdigit()]

    open_company(code="COPY")
    taken, status = run("import_data", str(folder), "--company", "COPY")
    assert (taken["written"], status) == (True, 0), taken
    assert taken["skipped_files"] == ["deductions.csv", "export.json", "returns.csv"]
    assert found(BOOKS, "COPY") == found(BOOKS, "SHOP")
    defer("COPY", "H1")
    close_both("COPY")
    assert found(POSTED, "COPY") == found(POSTED, "SHOP")

    # Exported again, the copy gives the same files.
    again, status = run("export_data", str(tmp_path / "again"), "--company", "COPY")
    assert [file["sha256"] for file in again["files"]] == [file["sha256"] for file in told["files"]]
    assert again["totals"] == told["totals"]


def test_all_files_are_of_one_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order and its customer come while the files are written."""
    open_company()
    import_files(tmp_path, customers="code,name\nACME,Acme")
    write = exporting._write

    def interrupted(*given: Any) -> dict[str, Any]:
        told = write(*given)
        if told["kind"] == "customers":

            def come() -> None:
                import_files(
                    tmp_path,
                    customers="code,name\nLATE,Late",
                    orders="number,customer_code,order_date\nS1,LATE,2025-01-02",
                )
                connections.close_all()

            other = threading.Thread(target=come)
            other.start()
            other.join()
        return told

    monkeypatch.setattr(exporting, "_write", interrupted)
    told, status = run("export_data", str(tmp_path / "out"), "--company", "SHOP")
    assert status == 0, told
    assert (told["totals"]["orders"], Order.objects.count()) == ([], 1)
    assert (tmp_path / "out" / "orders.csv").read_text().count("\n") == 1


def test_a_folder_with_files_stays_and_an_empty_one_is_filled(tmp_path: Path) -> None:
    open_company()
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "customers.csv").write_text("mine")
    told, status = run("export_data", str(kept), "--company", "SHOP")
    assert (status, list(told)) == (1, ["refused"])
    assert str(kept) in told["refused"]
    assert [(one.name, one.read_text()) for one in kept.iterdir()] == [("customers.csv", "mine")]
    told, status = run("export_data", str(kept / "customers.csv"), "--company", "SHOP")
    assert status == 1
    told, status = run("export_data", str(tmp_path / "no" / "folder"), "--company", "SHOP")
    assert (status, "no/folder" in told["refused"]) == (1, True)
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]
    (tmp_path / "empty").mkdir()
    told, status = run("export_data", str(tmp_path / "empty"), "--company", "SHOP")
    assert (status, told["folder"]) == (0, str(tmp_path / "empty"))
    assert (tmp_path / "empty" / "export.json").exists()


def test_whoever_is_killed_leaves_no_folder(tmp_path: Path) -> None:
    open_company()
    connections.close_all()
    if (child := os.fork()) == 0:
        # What is written is there, and the last step is missing.
        exporting._synchronize = lambda folders: os.kill(os.getpid(), signal.SIGKILL)
        export_company(Company.objects.get(code="SHOP"), tmp_path / "out")
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".out.partial-")
    told, status = run("export_data", str(tmp_path / "out"), "--company", "SHOP")
    assert status == 0, told


def test_sales_reps_and_tax_rates_are_imported(tmp_path: Path) -> None:
    """A rate below 1 % that a file of rates states is meant; a reason may change, a rate not."""
    open_company()
    taken = import_files(tmp_path, sales_reps=REPS, tax_rates=TAX)
    assert [file["new"] for file in taken["files"]] == [2, 3]
    again = import_files(tmp_path, sales_reps=REPS, tax_rates=TAX)
    assert [(file["new"], file["changed"]) for file in again["files"]] == [(0, 0), (0, 0)]
    changed = import_files(
        tmp_path,
        sales_reps="业务员编码,姓名\nR2,李娜",
        tax_rates="征税类别,税率,原因\n免税,0%,图书",
    )
    assert [(file["new"], file["changed"]) for file in changed["files"]] == [(0, 1), (0, 1)]
    company = Company.objects.get(code="SHOP").pk
    assert view(BOOKS["reps"].format(company))[1] == ("R2", "李娜")
    assert view(BOOKS["rates"].format(company))[0] == ("exempt", "0", "图书", False)
    refused, status = try_import(
        tmp_path, tax_rates="category,percent\nstandard,0\nexempt,13\nother,1"
    )
    assert (status, [bad["column"] for bad in refused["files"][0]["bad"]]) == (
        1,
        ["percent", "percent", "category"],
    )


def test_an_apostrophe_before_a_formula_is_taken_away_of_csv_files_alone(tmp_path: Path) -> None:
    open_company()
    import_files(tmp_path, customers="code,name\n'-A,'=Acme\nB,'quoted'\nC,''=two")
    with xlsxwriter.Workbook(tmp_path / "customers.xlsx") as book:
        sheet = book.add_worksheet("customers")
        for place, row in enumerate((["code", "name"], ["'-A", "'=Acme"])):
            sheet.write_row(place, 0, row)
    told, status = run("import_data", str(tmp_path / "customers.xlsx"), "--company", "SHOP")
    assert status == 0, told
    assert view("SELECT code, name FROM customers_customer ORDER BY id") == [
        *(("-A", "=Acme"), ("B", "'quoted'"), ("C", "'=two")),
        ("'-A", "'=Acme"),
    ]

"""A tea trader's January: an invoice with a discount, one in dollars, one over two orders."""

from pathlib import Path

from closing_site.companies.models import Company
from closing_site.periods.actions import period_by_code
from invoicing.models import Invoice
from invoicing.runs.issue import invoice_run
from orders.runs.confirm import confirm_run
from tests.commands import run
from tests.stories.books import import_files

CODE = "TEA"
CUSTOMERS = """
    code,name,tax_id,address,city,postal_code,country,currency,payment_terms_days,invoice_grouping
    K1,Jinxiu Stores,91310115MA1K3XYZ12,Nanjing Road 299,Shanghai,200001,CN,CNY,30,order
    K2,Hansen Import,DK12345678,Havnegade 12,København,1058,DK,USD,14,order
    K3,南山数码,91440300MA5DABCDE3,高新南一道 9 号,深圳,518057,CN,CNY,45,month
"""
PRODUCTS = """
    sku,name,category,unit,unit_price,unit_cost,tax_rate
    TEA,"Longjing, 250 g",Tea,box,168,92.5,13
    CARE,Delivery,Services,,120,,6
"""
RATES = """
    date,currency,rate
    2026-01-01,USD,7.1
"""
ORDERS = """
    number,customer_code,order_date,delivered_on,status,currency,prices_include_tax,customer_reference,sales_rep
    SO-1,K1,2026-01-05,2026-01-05,delivered,,0,PO 88412,R1
    SO-2,K2,2026-01-09,2026-01-09,delivered,USD,0,,R2
    SO-3,K3,2026-01-12,2026-01-12,delivered,,1,,R1
    SO-4,K3,2026-01-13,2026-01-13,delivered,,1,,R2
"""
LINES = """
    order_number,line_number,sku,quantity,unit_price,discount_percent,tax_rate
    SO-1,1,TEA,40,168,5,13
    SO-1,2,CARE,1,120,,6
    SO-2,1,TEA,100,24.5,,0
    SO-3,1,TEA,3,189.84,,13
    SO-4,1,TEA,2,189.84,,13
"""


def open_trader(tmp_path: Path, *, language: str = "en") -> Company:
    made, status = run(
        *("create_company", CODE, "--name", "Huaxin Tea", "--currency", "CNY", "--country", "CN"),
        *("--first-period", "2026-01", "--bank", "ICBC 1202", "--language", language),
        *("--member", "ann:finance", "--member", "mo:manager", "--member", "rita:sales_rep"),
    )
    assert status == 0, made
    import_files(
        tmp_path,
        CODE,
        customers=CUSTOMERS,
        products=PRODUCTS,
        exchange_rates=RATES,
        orders=ORDERS,
        order_lines=LINES,
    )
    return Company.objects.get(code=CODE)


def issue_january(tmp_path: Path, *, language: str = "en") -> list[Invoice]:
    """The three invoices, in order of their numbers."""
    return issue(open_trader(tmp_path, language=language))


def january_invoices() -> list[Invoice]:
    """As the fixture ``january_books`` has them in the test's database."""
    return list(Invoice.objects.order_by("sequence_number"))


def issue(company: Company) -> list[Invoice]:
    period = period_by_code(company, "2026-01")
    confirm_run(period, by="ann")
    invoice_run(period, by="ann")
    return list(Invoice.objects.filter(company=company).order_by("sequence_number"))

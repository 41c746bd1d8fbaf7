"""Tax rates that files bring: percent, fractions, and rates the company did not have."""

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from closing_site.companies.actions import add_member
from closing_site.companies.models import Company, User
from orders.actions.basics import change_tax_rate
from orders.models import OrderLine, Product, TaxRate
from tests.closing_site.exchange.conftest import Take, run_import
from tests.closing_site.exchange.files import LINES
from tests.commands import run

pytestmark = pytest.mark.django_db(transaction=True)

CASE = Path(__file__).parents[2] / "data" / "cases" / "01"
ORDERS = "number,customer_code,order_date,delivered_on\n"


def sale(*lines: str) -> dict[str, str]:
    """``"S1 13"``: an order delivered on 5 January with one line of 100 at this rate."""
    pairs = [line.split() for line in lines]
    return {
        "customers.csv": "code,name\nACME,Acme\n",
        "products.csv": "sku,name\nTEA,Tea\n",
        "orders.csv": ORDERS + "".join(f"{n},ACME,2026-01-05,2026-01-05\n" for n, _ in pairs),
        "order_lines.csv": LINES + "".join(f"{n},1,TEA,1,100,,{rate}\n" for n, rate in pairs),
    }


def findings(company: Company) -> list[str]:
    run("close_period", "2026-01", "--company", company.code, "--as", "ann", "--rehearse")
    result, _ = run("close_period", "2026-01", "--company", company.code, "--as", "ann")
    return [reason for reason in result["reasons"] if reason.startswith("tax_rate:")]


@pytest.fixture
def ann(chinese_company: Company) -> User:
    add_member(company=chinese_company, username="ann", role="finance", by="test")
    return User.objects.get(username="ann")


def test_case_01_percent_cells_count_as_the_percent_they_show(
    chinese_company: Company, tmp_path: Path
) -> None:
    taken = run_import(CASE / "sales.xlsx")
    assert (taken.status, taken.result["written"]) == (0, True)
    rates = Product.objects.order_by("sku").values_list("sku", "tax_rate")
    assert dict(rates) == {"K1": Decimal(13), "K2": Decimal(9)}
    lines = OrderLine.objects.filter(order__number__in=["X1", "X2"]).order_by("order__number")
    assert [(line.net, line.tax, line.discount_percent) for line in lines] == [
        (Decimal("95.00"), Decimal("12.35"), 5),
        (Decimal("200.00"), Decimal("18.00"), 0),
    ]


@pytest.mark.parametrize(
    ("number_format", "value", "rate"),
    [
        ("0%", 0.13, 13),
        ("0.00%", 0.065, Decimal("6.5")),
        ('0.0" % "', 13, 13),
        ("[Red]0%;-0%", 0.06, 6),
        ("0.00", 13, 13),
        ("@", 13, 13),
        ("00000", 13, 13),
        ("0\\%", 13, 13),
    ],
)
def test_the_format_of_a_cell_counts(
    chinese_company: Company, tmp_path: Path, number_format: str, value: float, rate: Decimal
) -> None:
    with xlsxwriter.Workbook(tmp_path / "products.xlsx") as book:
        sheet = book.add_worksheet("products")
        sheet.write_row(1, 2, ["sku", "name", "tax_rate"])
        sheet.write_number(2, 2, 123, book.add_format({"num_format": "00000"}))
        sheet.write_string(2, 3, "Tea")
        sheet.write_number(2, 4, value, book.add_format({"num_format": number_format}))
    assert run_import(tmp_path).status == 0
    assert Product.objects.values_list("sku", "tax_rate").get() == ("00123", rate)


def test_an_error_of_a_workbook_is_no_blank_cell(chinese_company: Company, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "products.xlsx") as book:
        sheet = book.add_worksheet("products")
        sheet.write_row(0, 0, ["sku", "name", "unit_price"])
        sheet.write_row(1, 0, ["TEA", "Tea"])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    refused = run_import(tmp_path)
    assert refused.bad("products") == [(2, "unit_price", "#")]
    assert not Product.objects.exists()


def test_a_fraction_is_a_bad_row_unless_the_company_has_the_rate(
    chinese_company: Company, take: Take
) -> None:
    refused = take(sale("S1 0.13", "S2 13"))
    assert refused.bad("order_lines") == [(2, "tax_rate", "0.13")]
    products = take({"products.csv": "sku,name,tax_rate\nTEA,Tea,0.09\nRUM,Rum,9%\n"})
    assert products.bad("products") == [(2, "tax_rate", "0.09")]
    assert not TaxRate.objects.exists()

    TaxRate.objects.create(company=chinese_company, category="standard", percent="0.5")
    taken = take(sale("S1 0.5", "S2 0"))
    assert taken.status == 0
    assert OrderLine.objects.get(order__number="S1").tax == Decimal("0.50")
    again = take(sale("S1 0.5", "S2 0"))
    assert again.counts("order_lines") == (0, 0, 2, 0)


def test_the_first_rates_are_recorded_with_a_note(
    chinese_company: Company, take: Take, ann: User
) -> None:
    taken = take(sale("S1 13", "S2 9", "S3 9"))
    notes = [(note["line"], note["value"]) for note in taken.file("order_lines")["notes"]]
    assert notes == [(2, "13"), (3, "9")]
    assert not TaxRate.objects.filter(is_unexpected=True).exists()
    assert findings(chinese_company) == []


def test_a_rate_beside_others_is_one_warning_until_it_is_confirmed(
    chinese_company: Company, take: Take, ann: User
) -> None:
    take(sale("S1 13"))
    taken = take(sale("S2 16", "S3 16"))
    assert (taken.status, len(taken.file("order_lines")["notes"])) == (0, 1)
    assert OrderLine.objects.get(order__number="S2").tax == 16
    (finding,) = findings(chinese_company)
    assert finding.startswith("tax_rate:16: ")
    rate = TaxRate.objects.get(percent=16)
    assert rate.is_unexpected
    change_tax_rate(rate=rate, reason="Old contracts", by=ann)
    assert findings(chinese_company) == []
    assert not take(sale("S4 16")).file("order_lines")["notes"]


def test_the_company_s_own_rate_is_expected(chinese_company: Company, take: Take) -> None:
    take(sale("S1 9"))
    take(sale("S2 13"))
    assert not TaxRate.objects.filter(is_unexpected=True).exists()

"""Reports on paper: what is read out of the file is what the database holds."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from closing_site import sql
from closing_site.periods.models import Period
from reports.figures import REPORTS
from reports.pdf import report_pdf
from reports.report import Figures, figures
from tests.commands import run
from tests.invoicing.tea import CODE, january_invoices
from tests.pdfs import opened, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def january(january_books: None, db: None) -> Period:
    period = january_invoices()[0].period
    assert period
    return Period.objects.select_related("company").get(pk=period.pk)


def revenue(period: Period) -> Figures:
    return figures(REPORTS["revenue"], period)


def invoiced() -> Decimal:
    """Of the database's own view; one invoice is in dollars at 7.1."""
    gross: Decimal = sql.value(
        "SELECT sum(gross * CASE currency WHEN 'USD' THEN 7.1 ELSE 1 END) FROM v_invoices"
    )
    return gross


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_total_in_the_file_is_the_databases(january: Period, language: str) -> None:
    with translation.override(language):
        content = report_pdf(revenue(january), january)
    label = {"en": "Total", "zh-hans": "合计"}[language]
    line = re.search(rf"{label} 3 ([\d,.]+) ([\d,.]+) ([\d,.]+)", text_of(content))
    assert line
    assert Decimal(line[3].replace(",", "")) == invoiced()


def test_the_workbooks_total_is_the_databases(january: Period) -> None:
    content = report_pdf(revenue(january), january)
    (attached,) = opened(content).attachments["revenue-2026-01.xlsx"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(attached))
    *_rows, totals = book.get_sheet_by_index(0).to_python()
    assert totals[0] == "Total"
    assert Decimal(str(totals[4])) == invoiced()


def test_the_whole_table_is_attached(january: Period) -> None:
    (content,) = opened(report_pdf(revenue(january), january)).attachments["revenue-2026-01.csv"]
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert sum(Decimal(row["gross"]) for row in rows) == invoiced()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_report_is_drawn_in_both_languages(january: Period, name: str, language: str) -> None:
    found = figures(REPORTS[name], january)
    with translation.override(language):
        content = report_pdf(found, january)
        assert content == report_pdf(found, january)
        title = translation.gettext(REPORTS[name].title)
    pdf = opened(content)
    assert pdf.metadata
    assert pdf.metadata.title == f"{title} 2026-01"
    assert title in text_of(content)
    assert (re.search("[\u4e00-\u9fff]", title) is not None) == (language == "zh-hans")


def test_the_command_writes_it(january: Period, tmp_path: Path) -> None:
    path = tmp_path / "revenue.pdf"
    told, status = run(
        *("report", "revenue", "--company", CODE, "--period", "2026-01"),
        *("--format", "pdf", "--output", str(path)),
    )
    assert (status, told["format"], told["rows"]) == (0, "pdf", 3)
    assert "Revenue" in text_of(path.read_bytes())


def test_a_pdf_needs_a_file(january: Period) -> None:
    told, status = run(
        *("report", "revenue", "--company", CODE, "--period", "2026-01", "--format", "pdf")
    )
    assert status == 2
    assert "--output" in told["refused"]

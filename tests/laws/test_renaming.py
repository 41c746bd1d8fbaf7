"""What a locked month's reports show does not change when something in it is renamed later."""

import json

import pytest
from django.db import transaction

from closing_site.acting import acting
from closing_site.customers.models import Customer, SalesRep
from closing_site.periods.models import PeriodName
from orders.models import Product
from reconciliation.month_names import company_of
from reconciliation.overview import ROLL_FORWARD
from reports.figures import REPORTS
from reports.report import figures
from tests.laws.books import FEBRUARY, JANUARY, Books, execute, person, rows
from tests.laws.tampering import verify

pytestmark = pytest.mark.django_db


def shown(books: Books, code: str) -> dict[str, str]:
    """Report → all that it says of the month."""
    period = books.period(code)
    return {
        name: json.dumps(figures(report, period).as_json(), sort_keys=True)
        for name, report in REPORTS.items()
    }


def rename_everything(books: Books) -> None:
    with acting("ann"):
        Customer.objects.filter(company=books.company).update(name="Renamed")
        Product.objects.filter(company=books.company).update(name="Renamed", category="Renamed")
        SalesRep.objects.filter(company=books.company).update(name="Renamed")
    execute("UPDATE companies_user SET username = username || '-renamed'")
    execute("UPDATE companies_company SET name = 'Renamed', name_zh = '改名'")


def test_a_locked_months_reports_stay_and_an_open_months_follow(books: Books) -> None:
    locked, still_open = shown(books, JANUARY), shown(books, FEBRUARY)
    assert "Adler" in locked["customers"]
    assert "Adler" in still_open["customers"]
    rename_everything(books)
    assert shown(books, JANUARY) == locked
    after = shown(books, FEBRUARY)
    assert "Adler" not in after["customers"]
    assert all("Renamed" in after[name] for name in ("customers", "products", "receivables"))
    assert company_of(books.period(JANUARY)).name == "Law"
    assert company_of(books.period(FEBRUARY)).name == "Renamed"


def test_the_roll_forward_page_of_a_locked_month_stays(books: Books) -> None:
    from closing_site import sql  # noqa: PLC0415

    def page(code: str) -> set[str]:
        period = books.period(code)
        found = sql.rows(
            ROLL_FORWARD,
            {
                **{"company": period.company_id, "period": period.pk, "after": "", "most": 9},
                **{"after_currency": "", "customer": "", "starts_on": period.starts_on},
                "ends_on": period.ends_on,
            },
        )
        # Beside the customers, the sums have no name.
        return {row["name"] for row in found if row["part"] == 1}

    assert page(JANUARY) == {"Adler", "Birke"}
    rename_everything(books)
    assert page(JANUARY) == {"Adler", "Birke"}
    assert page(FEBRUARY) == {"Renamed"}


def test_a_product_that_came_after_the_lock_names_nothing_in_it(books: Books) -> None:
    """A line of an item that nobody knew is called by its description, also later."""
    assert "Pen" in shown(books, JANUARY)["products"]
    before = shown(books, JANUARY)
    with acting("ann"), transaction.atomic():
        Product.objects.filter(sku="PEN").update(name="Fountain pen")
        Product.objects.create(company=books.company, sku="NONE", name="Known now")
    assert shown(books, JANUARY) == before


def test_an_answer_of_a_later_month_does_not_show_in_a_locked_one(books: Books) -> None:
    before = shown(books, JANUARY)
    execute(
        "INSERT INTO desk_acknowledgement (company_id, check_slug, document_kind, document_id,"
        " document_number, digest, reason, acknowledged_by_id, acknowledged_at)"
        " SELECT f.company_id, f.check_slug, f.document_kind, f.document_id, f.document_number,"
        " f.digest, 'Too late', %s, now() FROM desk_finding AS f"
        " JOIN periods_period AS p ON p.id = f.period_id AND p.code = %s"
        " WHERE f.resolved_at IS NULL ON CONFLICT DO NOTHING",
        person("mo").pk,
        JANUARY,
    )
    assert shown(books, JANUARY) == before


def test_names_are_kept_of_all_that_occurs_and_sealed(books: Books) -> None:
    kept = rows(
        "SELECT n.kind, n.code FROM periods_periodname AS n"
        " JOIN periods_period AS p ON p.id = n.period_id WHERE p.code = %s ORDER BY 1, 2",
        JANUARY,
    )
    assert kept == [
        *(("company", "LAW"), ("customer", "A"), ("customer", "B")),
        *(("person", "ann"), ("person", "mo")),
        *(("product", "PEN"), ("product", "RUM"), ("product", "TEA")),
    ]
    assert not PeriodName.objects.filter(period__code=FEBRUARY).exists()
    assert verify() == []

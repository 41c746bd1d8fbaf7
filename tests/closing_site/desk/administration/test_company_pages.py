"""Settings, checks, cut-offs, sales reps and the audit."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from closing_site.companies.models import AuditEntry, Company
from closing_site.customers.models import SalesRep
from closing_site.periods.models import PeriodCutOff
from orders.actions.ordering import cancel_order
from orders.models import Order
from tests.entering import order, person, the_shop
from tests.pages_of_entry import client_of, said, send
from tests.sql_counts import assert_sql_count

pytestmark = pytest.mark.django_db

SETTINGS = {
    "name": "Northwind Trading",
    "name_zh": "北风贸易",
    "language": "zh-hans",
    "tax_id": "9133",
    "address": "1 Quay",
    "bank": "ICBC 1",
    "requires_acceptance": "on",
    "default_tax_rate": "6",
    "zero_category": "exempt",
    "invoice_prefix": "XS",
    "credit_note_prefix": "XH",
}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def test_settings_are_changed_and_leave_a_trace(shop: Company) -> None:
    admin = client_of("admin")
    assert send(admin, "/settings/company/", SETTINGS).status_code == 302
    shop.refresh_from_db()
    assert (shop.name_zh, shop.default_tax_rate, shop.requires_acceptance) == (
        "北风贸易",
        Decimal(6),
        True,
    )
    assert shop.currency == "CNY"
    entry = AuditEntry.objects.filter(document_kind="company").latest("id")
    assert (entry.actor, entry.action) == ("admin", "changed")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("invoice_prefix", "X S"),
        ("credit_note_prefix", "XS"),
        ("default_tax_rate", "-1"),
        ("default_tax_rate", "100.1"),
        ("default_tax_rate", "much"),
        ("bank", "x" * 201),
    ],
)
def test_a_setting_that_cannot_be_is_named(shop: Company, field: str, text: str) -> None:
    answer = send(client_of("admin"), "/settings/company/", {**SETTINGS, field: text})
    assert f'id="id_{field}_error"' in answer.content.decode()
    shop.refresh_from_db()
    assert shop.name == "Northwind"


def test_a_default_rate_reaches_lines_that_waited_for_one(shop: Company) -> None:
    Company.objects.update(default_tax_rate=None)
    made = order(shop)
    made.lines.update(given_tax_rate=None, tax_rate=None, tax_category="", net=None, tax=None)
    send(client_of("admin"), "/settings/company/", SETTINGS)
    assert Order.objects.get().gross == Decimal(106)


@pytest.mark.parametrize("role", ["finance", "manager", "auditor"])
def test_others_read_the_settings_and_change_none(shop: Company, role: str) -> None:
    client = client_of(role)
    page = client.get("/settings/company/")
    assert page.status_code == 200
    assert "An administrator may change these." in said(page)
    assert client.post("/settings/company/", SETTINGS).status_code == 403
    assert client.post("/settings/checks/", {}).status_code == 403


def test_a_check_is_made_stricter_and_what_always_blocks_is_not_offered(shop: Company) -> None:
    admin = client_of("admin")
    page = admin.get("/settings/checks/").content.decode()
    assert "order-without-lines" not in page
    send(admin, "/settings/checks/", {"not-accepted": "block"})
    shop.refresh_from_db()
    assert shop.severities == {"not-accepted": "block"}


def test_a_cut_off_is_set_in_the_companys_time_zone_and_lifted(shop: Company) -> None:
    finance = client_of("finance")
    url = "/settings/cut-off/2026-02/"
    assert send(finance, url, {"cut_off_at": "2026-03-03T18:00"}).status_code == 302
    assert PeriodCutOff.objects.get().cut_off_at == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert "2026-03-03 18:00" in said(finance.get("/settings/cut-off/"))
    assert 'value="2026-03-03T18:00"' in finance.get(url).content.decode()
    send(finance, url, {"cut_off_at": ""})
    assert not PeriodCutOff.objects.exists()
    assert finance.get("/settings/cut-off/2026-01/").status_code == 404
    traces = AuditEntry.objects.filter(document_kind="cut_off").order_by("id")
    assert [trace.action for trace in traces] == ["recorded", "deleted"]


def test_a_reps_code_is_tied_to_a_member(shop: Company) -> None:
    admin = client_of("admin")
    new = {"code": "R7", "name": "Kim", "user": str(person("sales_rep").pk)}
    assert send(admin, "/sales-reps/new/", new).status_code == 302
    assert "R7 already" in said(send(admin, "/sales-reps/new/", new))
    send(admin, "/sales-reps/R7/", {"name": "Kim", "user": ""})
    assert SalesRep.objects.get(code="R7").user is None
    trace = AuditEntry.objects.filter(document_kind="sales_rep").latest("id")
    assert (trace.actor, trace.document_number) == ("admin", "R7")
    assert client_of("finance").get("/sales-reps/new/").status_code == 403


def test_the_audit_is_found_by_person_document_and_day(shop: Company) -> None:
    made = order(shop)
    day = datetime(2026, 2, 4).date()
    cancel_order(order=made, reason="twice", cancelled_on=day, by=person("finance"))
    auditor = client_of("auditor")
    with assert_sql_count("audit"):
        page = said(auditor.get("/audit/", {"document": "SO-1"}))
    assert "finance" in page
    assert "3 found" in page
    assert "0 found" in said(auditor.get("/audit/", {"actor": "nobody"}))
    assert "0 found" in said(auditor.get("/audit/", {"until": "2020-01-01"}))
    assert client_of("sales_rep").get("/audit/").status_code == 403

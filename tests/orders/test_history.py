"""Who entered and changed orders, customers and products (law 13), on their pages."""

from pathlib import Path

import pytest

from closing_site.companies.models import AuditEntry, Company
from closing_site.exchange.importing import import_path
from orders.actions.ordering import change_order
from orders.models import Order
from tests.entering import LINE, delivered, order, person, the_shop
from tests.pages_of_entry import client_of, said, send

pytestmark = pytest.mark.django_db

HEAD = {"customer_code": "ACME", "order_date": "2026-02-03", "sales_rep": "R1"}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def imported(company: Company, folder: Path, **files: str) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    assert import_path(company=company, path=folder, by="test").written


def audited(number: str) -> list[str]:
    found = AuditEntry.objects.filter(document_kind="order", document_number=number)
    return list(found.order_by("id").values_list("action", flat=True))


def test_an_order_tells_who_entered_delivered_and_changed_it(shop: Company) -> None:
    made = delivered(shop)
    line = {**LINE, "quantity": "3"}
    change_order(order=made, given=HEAD, lines=[line], by=person("sales_rep"))
    assert audited("SO-1") == [
        "recorded",
        "line_recorded",
        "delivered",
        "line_changed",
        "changed",
    ]
    page = said(client_of("auditor").get("/orders/SO-1/"))
    assert "line changed sales_rep" in page
    assert "Quantity 2 3" in page
    assert "Net 100.00 150.00" in page
    assert "Nothing has happened yet" not in page


def test_a_customer_and_a_product_tell_their_changes(shop: Company) -> None:
    finance = client_of("finance")
    send(finance, "/customers/ACME/change/", {"name": "Acme", "credit_limit": "5000"})
    send(finance, "/products/TEA/change/", {"name": "Tea", "unit_cost": "3.5"})
    auditor = client_of("auditor")
    assert "Credit limit 5,000.00" in said(auditor.get("/customers/ACME/"))
    assert "Unit cost 3.5" in said(auditor.get("/products/TEA/"))
    page = said(auditor.get("/audit/?kind=customer"))
    assert "ACME" in page
    assert "5,000.00" in page


def test_what_a_file_brought_names_the_file(shop: Company, tmp_path: Path) -> None:
    before = AuditEntry.objects.count()
    order(shop, "SO-0")
    assert AuditEntry.objects.count() > before
    assert audited("SO-0") == ["recorded", "line_recorded"]
    line = "order_number,line_number,sku,quantity,unit_price\nS-1,1,TEA,1,5\nS-2,1,TEA,1,5\n"
    imported(
        shop,
        tmp_path / "first",
        orders="number,customer_code,order_date\nS-1,ACME,2026-02-03\nS-2,ACME,2026-02-03\n",
        order_lines=line,
    )
    assert audited("S-1") == []
    entry = AuditEntry.objects.get(document_kind="import", after__rows_of="orders")
    assert (entry.after or {})["rows"] == 2
    finance = client_of("finance")
    assert "imported" in said(finance.get("/orders/S-2/"))
    assert "orders.csv" in said(finance.get("/orders/S-2/"))
    assert "orders.csv" not in said(finance.get("/orders/SO-0/"))
    changed = "number,customer_code,order_date,note\nS-1,ACME,2026-02-03,urgent\n"
    imported(shop, tmp_path / "second", orders=changed)
    assert audited("S-1") == ["changed"]
    assert Order.objects.get(number="S-1").note == "urgent"

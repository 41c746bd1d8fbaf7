"""Whether what was written since gives a month's checks something to find."""

from datetime import date
from pathlib import Path

import pytest

from closing_site.companies.actions import add_member
from closing_site.companies.models import AuditEntry, Company
from closing_site.companies.settings_actions import change_severities
from closing_site.desk.stock import audit_mark, changed_since
from closing_site.exchange.importing import import_path
from closing_site.wizard.opening_books import open_books
from orders.actions.ordering import cancel_order
from tests.entering import order, person, the_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def test_a_new_member_gives_them_nothing(shop: Company) -> None:
    before = audit_mark()
    add_member(company=shop, username="newcomer", role="auditor", by="test")
    assert AuditEntry.objects.filter(
        document_kind="membership", document_number="newcomer"
    ).exists()
    assert not changed_since(shop.pk, before)


def test_a_cancelled_order_may(shop: Company) -> None:
    taken = order(shop)
    before = audit_mark()
    cancel_order(
        order=taken, reason="taken twice", cancelled_on=date(2026, 2, 4), by=person("finance")
    )
    assert changed_since(shop.pk, before)


def test_stricter_checks_may(shop: Company) -> None:
    before = audit_mark()
    change_severities(company=shop, severities={"stated-total": "block"}, by=person("admin"))
    assert changed_since(shop.pk, before)


def test_what_others_wrote_since_hides_nothing(shop: Company, tmp_path: Path) -> None:
    """A file changes a thousand customers of another company, an entry each."""
    other = open_books(
        code="EAST", name="East", currency="CNY", country="CN", first_period="2026-01", by="test"
    ).company
    for city in ("Hangzhou", "Suzhou"):
        rows = "".join(f"C{number},Customer {number},{city}\n" for number in range(1001))
        (tmp_path / "customers.csv").write_text(f"code,name,city\n{rows}")
        taken = order(shop, f"SO-{city}")
        before = audit_mark()
        cancel_order(
            order=taken, reason="taken twice", cancelled_on=date(2026, 2, 4), by=person("finance")
        )
        import_path(company=other, path=tmp_path, by="test")
    assert AuditEntry.objects.filter(company=other, action="changed").count() == 1001
    assert changed_since(shop.pk, before)

"""Lists filtered by a customer."""

from pathlib import Path

import pytest

from closing_site.customers.models import Customer
from closing_site.exchange.importing import import_path
from tests.entering import order, the_shop
from tests.pages_of_entry import client_of, said

pytestmark = pytest.mark.django_db


def test_a_whole_code_is_one_customer_however_many_begin_so(
    shop_books: None, db: None, tmp_path: Path
) -> None:
    shop = the_shop()
    codes = [*(f"C{number}" for number in range(100, 250)), "C"]
    rows = "".join(f"{code},Customer {code}\n" for code in codes)
    (tmp_path / "customers.csv").write_text(f"code,name\n{rows}")
    import_path(company=shop, path=tmp_path, by="test")
    order(shop, "SO-C", customer_code="C")
    order(shop, "SO-C100", customer_code="C100")
    assert Customer.objects.get(code="C").pk > Customer.objects.get(code="C249").pk
    finance = client_of("finance")
    page = said(finance.get("/orders/?customer=C"))
    assert "SO-C " in page
    assert "SO-C100" not in page
    assert "Many customers are named so" in said(finance.get("/orders/?customer=Customer"))

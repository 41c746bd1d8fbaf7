"""The 830 orders of Northwind, whose totals are known from elsewhere."""

from decimal import Decimal

import pytest
from django.db.models import Count, Q, Sum

from closing_site.companies.models import Company
from closing_site.customers.models import OpenItem
from orders.models import Delivery, Order, OrderLine
from payments.models import Payment
from tests.closing_site.exchange.conftest import NORTHWIND, run_import

pytestmark = pytest.mark.django_db(transaction=True)


def test_northwind_comes_in_whole_and_a_second_time_changes_nothing(company: Company) -> None:
    first = run_import(NORTHWIND)
    assert (first.status, first.result["written"]) == (0, True)
    assert first.counts("orders") == (830, 0, 0, 0)
    assert first.result["skipped_files"] == ["README.md", "planted.json"]
    freight = Q(sku="FREIGHT")
    assert OrderLine.objects.exclude(freight).aggregate(net=Sum("net"), lines=Count("id")) == {
        "net": Decimal("1265793.2900"),
        "lines": 2155,
    }
    assert OrderLine.objects.filter(freight).aggregate(net=Sum("net"))["net"] == Decimal("64942.69")
    assert Order.objects.filter(deliveries=None).count() == 21
    assert Delivery.objects.count() == 809
    assert Order.objects.aggregate(gross=Sum("gross"))["gross"] == Decimal("1330735.9800")
    assert Payment.objects.count() == OpenItem.objects.count()

    second = run_import(NORTHWIND)
    assert second.status == 0
    for file in second.result["files"]:
        assert (file["new"], file["changed"], file["bad"]) == (0, 0, [])
        assert file["unchanged"] == file["rows"]

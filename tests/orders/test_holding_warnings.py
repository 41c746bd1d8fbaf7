"""Named warnings hold an order out of confirmation until someone answers them."""

from decimal import Decimal

import pytest

from closing_site.companies.models import Company
from closing_site.companies.settings_actions import change_severities
from closing_site.desk.actions import acknowledge_finding, acknowledge_warnings
from closing_site.desk.findings import standing
from closing_site.desk.models import Severity
from closing_site.periods.actions import period_by_code
from closing_site.periods.models import Period
from closing_site.wizard.answering import Answer, answer_findings
from closing_site.wizard.closing import Orders, close
from closing_site.wizard.previews import orders_to_confirm
from invoicing.models import Invoice
from invoicing.runs.issue import invoice_run
from orders.actions.confirming import confirm_order
from orders.models import Delivery, Order, TaxRate
from orders.runs.confirm import confirm_run, defer_orders
from tests.entering import delivered, person, the_shop
from tests.pages_of_entry import client_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


@pytest.fixture
def twins(shop: Company) -> list[Order]:
    """SO-2 is the same order again; SO-3 is another."""
    made = [delivered(shop, number) for number in ("SO-1", "SO-2", "SO-3")]
    made[2].lines.update(quantity=1, net=Decimal(50), tax=Decimal("6.50"))
    Order.objects.filter(pk=made[2].pk).update(
        net=Decimal(50), tax=Decimal("6.50"), gross=Decimal("56.50")
    )
    return made


def month(shop: Company) -> Period:
    return period_by_code(shop, "2026-02")


def confirmed() -> list[str]:
    found = Delivery.objects.filter(period__isnull=False).order_by("order__number")
    return list(found.values_list("order__number", flat=True))


def ready(shop: Company) -> list[str]:
    found = standing(month(shop), Severity.BLOCK)
    return [one.document for one in found if one.check_slug == "delivered-not-confirmed"]


def test_a_suspected_duplicate_is_not_invoiced_before_it_is_answered(
    shop: Company, twins: list[Order]
) -> None:
    confirm_run(month(shop), by="finance")
    invoice_run(month(shop), by="finance")
    # Clean orders go on without a question.
    assert confirmed() == ["SO-1", "SO-3"]
    assert Invoice.objects.count() == 2
    # The warning says it; nothing says it twice.
    assert ready(shop) == []
    acknowledge_finding(
        period=month(shop),
        document="order:SO-2",
        check_slug="duplicate-order",
        reason="Ordered twice",
        by=person("finance"),
    )
    confirm_run(month(shop), by="finance")
    assert confirmed() == ["SO-1", "SO-2", "SO-3"]


def test_the_single_order_says_what_is_unanswered(shop: Company, twins: list[Order]) -> None:
    confirm_run(month(shop), by="finance")
    (said_,) = confirm_order(order=twins[1], by=person("finance"))
    assert "SO-1" in said_
    assert confirmed() == ["SO-1", "SO-3"]


def test_the_preview_says_what_is_unanswered(shop: Company, twins: list[Order]) -> None:
    confirm_run(month(shop), by="finance")
    shown = [(figure.value, figure.currency) for figure in orders_to_confirm(month(shop))]
    # None to confirm, none blocked; one held, with its net.
    assert shown == [(0, ""), (0, ""), (1, ""), (Decimal(100), "CNY")] or shown == [
        *((0, ""), (0, ""), (None, "")),
        *((1, ""), (Decimal(100), "CNY")),
    ]


def test_what_is_answered_on_the_page_is_ready(shop: Company, twins: list[Order]) -> None:
    confirm_run(month(shop), by="finance")
    answer_findings(
        month(shop),
        "confirm",
        Answer.LET_ALL_STAND,
        check="duplicate-order",
        reason="Ordered twice",
        by=person("finance"),
    )
    assert ready(shop) == ["order:SO-2"]


def test_a_close_that_answers_confirms_in_the_same_close(shop: Company, twins: list[Order]) -> None:
    done = close(
        month(shop),
        Orders(
            by=person("finance"),
            approver=person("manager"),
            acknowledge_reason="As agreed",
        ),
    )
    assert (done.status, done.reasons) == ("locked", [])
    totals = (done.totals["orders_confirmed"], done.totals["invoices_issued"], done.totals["net"])
    assert totals == (3, 3, "250.00")


def test_a_close_without_an_answer_stops(shop: Company, twins: list[Order]) -> None:
    done = close(month(shop), Orders(by=person("finance"), approver=person("manager")))
    assert done.stopped_at == "confirm"
    assert confirmed() == ["SO-1", "SO-3"]


def test_a_company_says_which_warnings_hold(shop: Company, twins: list[Order]) -> None:
    change_severities(company=shop, severities={}, holding=[], by=person("admin"))
    confirm_run(month(shop), by="finance")
    assert confirmed() == ["SO-1", "SO-2", "SO-3"]


def test_the_settings_page_shows_the_default(shop: Company) -> None:
    page = client_of("admin").get("/settings/checks/").content.decode()
    assert said(client_of("admin").get("/settings/checks/"))
    for slug in ("duplicate-order", "stated-total"):
        assert f'value="{slug}"' in page
    assert page.count("checked") >= 2


def test_a_differing_total_holds_and_a_deferral_answers_it_for_the_month(
    shop: Company, twins: list[Order]
) -> None:
    Order.objects.filter(number="SO-3").update(stated_total=Decimal(1))
    confirm_run(month(shop), by="finance")
    assert confirmed() == ["SO-1"]
    defer_orders(month(shop), reason="Ask the customer", by="finance", orders=[twins[2].pk])
    waiting = [one.document for one in standing(month(shop), Severity.BLOCK, Severity.WARN)]
    assert "order:SO-3" not in waiting
    acknowledge_warnings(
        period=month(shop), step="confirm", reason="As agreed", by=person("finance")
    )
    confirm_run(month(shop), by="finance")
    assert confirmed() == ["SO-1", "SO-2"]


def test_one_warning_of_a_rate_holds_every_order_that_has_it(
    shop: Company, twins: list[Order]
) -> None:
    """Its document is the rate."""
    TaxRate.objects.filter(company=shop, percent=13).update(is_unexpected=True)
    confirm_run(month(shop), by="finance")
    assert confirmed() == []
    (waiting,) = [
        one for one in standing(month(shop), Severity.WARN) if one.check_slug == "new_tax_rate"
    ]
    acknowledge_finding(
        period=month(shop),
        document=waiting.document,
        check_slug="new_tax_rate",
        reason="The rate of 2026",
        by=person("finance"),
    )
    confirm_run(month(shop), by="finance")
    assert confirmed() == ["SO-1", "SO-3"]

"""A deferral holds: a person's until a person releases it, an automatic one until it passes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from closing_site.acting import acting
from closing_site.companies.models import AuditEntry, Company
from closing_site.desk.models import Finding
from closing_site.periods.actions import period_by_code
from closing_site.periods.errors import SecondPersonNeeded
from closing_site.periods.models import Period
from closing_site.wizard.approvals import approve_held_back
from orders.actions.confirming import confirm_order
from orders.actions.deferring import defer_order, open_deferrals, release_deferral
from orders.actions.delivering import deliver_lines, deliver_order, take_back_delivery
from orders.actions.ordering import change_order
from orders.errors import (
    AlreadyDeferred,
    AlreadyReleased,
    NothingToDefer,
    NotYourDeferral,
    NotYourOrder,
    OrderDeferred,
)
from orders.models import Deferral, DeferralKind, Delivery, Order, Unbilled
from orders.runs.confirm import confirm_run, defer_blocked, defer_orders
from tests.closing_site.exchange.conftest import lock
from tests.entering import LINE, delivered, order, person, the_shop

pytestmark = pytest.mark.django_db

HEAD = {"customer_code": "ACME", "order_date": "2026-02-03", "sales_rep": "R1"}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def month(shop: Company, code: str = "2026-02") -> Period:
    return period_by_code(shop, code)


def confirmed() -> int:
    return Delivery.objects.filter(period__isnull=False).count()


def listed(code: str = "2026-02") -> list[tuple[Any, ...]]:
    found = Unbilled.objects.filter(period__code=code).order_by("pk")
    return list(found.values_list("reason", "kind", "net", "approval__decided_by__username"))


def standing() -> list[tuple[str, str]]:
    found = Finding.objects.filter(resolved_at=None, severity="block")
    return list(found.values_list("check_slug", "deferred_reason"))


def blocked(shop: Company) -> Order:
    """Delivered, and without a price."""
    made = delivered(shop)
    made.lines.update(unit_price=None, net=None, tax=None)
    Order.objects.update(net=None, tax=None, gross=None)
    made.refresh_from_db()
    return made


def test_the_run_passes_over_what_a_person_deferred_in_this_month_and_in_later_ones(
    shop: Company,
) -> None:
    made = delivered(shop)
    deferral = defer_order(order=made, reason="price in dispute", by=person("finance"))
    for _again in range(2):
        assert confirm_run(month(shop), by="finance") == 0
    assert listed() == [("price in dispute", "billing", Decimal(100), None)]
    assert standing() == []
    approve_held_back(month(shop), by=person("finance"), approver=person("manager"))
    lock(shop, "2026-02")

    march = month(shop, "2026-03")
    assert confirm_run(march, by="finance") == 0
    # Asked for again, with the same reason.
    assert listed("2026-03") == [("price in dispute", "billing", Decimal(100), None)]
    release_deferral(deferral=deferral, reason="agreed", by=person("finance"))
    assert listed("2026-03") == []
    assert confirm_run(march, by="finance") == 1
    assert listed() == [("price in dispute", "billing", Decimal(100), "manager")]


def test_a_deferral_before_delivery_holds_after_it(shop: Company) -> None:
    made = order(shop)
    defer_order(order=made, reason="customer wants it in March", by=person("sales_rep"))
    deliver_order(
        order=made, delivered_on=date(2026, 2, 5), accepted_on=None, by=person("sales_rep")
    )
    assert confirm_run(month(shop), by="finance") == 0
    assert [row[0] for row in listed()] == ["customer wants it in March"]


def test_the_single_order_is_refused_with_reason_and_name(shop: Company) -> None:
    made = delivered(shop)
    defer_order(order=made, reason="price in dispute", by=person("sales_rep"))
    with pytest.raises(OrderDeferred, match=r"SO-1 .* sales_rep: price in dispute"):
        confirm_order(order=made, by=person("finance"))
    assert confirmed() == 0


def test_a_rep_releases_their_own_finance_everything(shop: Company) -> None:
    made = delivered(shop)
    by_rep = defer_order(order=made, reason="a", by=person("sales_rep"))
    release_deferral(deferral=by_rep, by=person("sales_rep"))
    by_finance = defer_order(order=made, reason="b", by=person("finance"))
    with pytest.raises(NotYourDeferral):
        release_deferral(deferral=by_finance, by=person("sales_rep"))
    release_deferral(deferral=by_finance, by=person("finance"))
    with pytest.raises(AlreadyReleased):
        release_deferral(deferral=by_finance, by=person("finance"))
    again = defer_order(order=made, reason="c", by=person("sales_rep"))
    release_deferral(deferral=again, by=person("finance"))
    foreign = order(shop, "SO-2", customer_code="BETA", sales_rep="R2")
    with pytest.raises(NotYourOrder):
        defer_order(order=foreign, reason="d", by=person("sales_rep"))


def test_what_another_deferred_stays_theirs_and_ones_own_word_is_renewed(shop: Company) -> None:
    made, rep = delivered(shop), person("sales_rep")
    defer_order(order=made, reason="no truck", expected_on=date(2026, 3, 2), by=rep)
    defer_order(order=made, reason="no driver", by=rep)
    assert [one.reason for one in open_deferrals(made)] == ["no driver"]
    assert Deferral.objects.count() == 2
    with pytest.raises(AlreadyDeferred):
        defer_order(order=made, reason="mine", by=person("finance"))


def test_nothing_is_deferred_of_what_is_confirmed(shop: Company) -> None:
    made = delivered(shop)
    assert confirm_run(month(shop), by="finance") == 1
    with pytest.raises(NothingToDefer):
        defer_order(order=made, reason="too late", by=person("finance"))


def test_one_delivery_is_deferred_and_the_other_goes_on(shop: Company) -> None:
    made, finance = order(shop), person("finance")
    for day, quantity in ((4, "1"), (6, "1")):
        deliver_lines(
            order=made,
            delivered_on=date(2026, 2, day),
            accepted_on=None,
            quantities={1: quantity},
            by=finance,
        )
    second = made.deliveries.get(delivered_on=date(2026, 2, 6))
    defer_order(
        order=made,
        delivery=second,
        kind=DeferralKind.RECOGNITION,
        reason="refused at the gate",
        by=finance,
    )
    assert confirm_run(month(shop), by="finance") == 1
    assert listed() == [("refused at the gate", "recognition", Decimal(50), None)]
    take_back_delivery(delivery=second, by=finance)
    assert (listed(), open_deferrals(made).exists()) == ([], False)


def test_an_automatic_deferral_ends_when_the_order_passes(shop: Company) -> None:
    made = blocked(shop)
    confirm_run(month(shop), by="finance")
    assert defer_blocked(month(shop), reason="price is missing", by="finance") == 1
    assert confirm_run(month(shop), by="finance") == 0
    assert listed() == [("price is missing", "billing", None, None)]
    change_order(order=made, given=HEAD, lines=[LINE], by=person("finance"))
    assert (listed(), open_deferrals(made).exists()) == ([], False)
    assert standing() == [("delivered-not-confirmed", "")]
    assert confirm_run(month(shop), by="finance") == 1


def test_a_person_s_deferral_of_a_blocked_order_outlives_the_fault(shop: Company) -> None:
    made = blocked(shop)
    confirm_run(month(shop), by="finance")
    assert defer_blocked(month(shop), reason="price is missing", by="finance") == 1
    # A person's word takes the place of the automatic one.
    assert defer_orders(month(shop), reason="ask Ann", by="finance", orders=[made.pk]) == 1
    change_order(order=made, given=HEAD, lines=[LINE], by=person("finance"))
    assert listed() == [("ask Ann", "billing", Decimal(100), None)]
    assert confirm_run(month(shop), by="finance") == 0
    assert [one.reason for one in open_deferrals(made)] == ["ask Ann"]


def test_only_what_blocks_is_deferred_by_itself(shop: Company) -> None:
    """What only warns is no exception: it is answered, or confirmed."""
    made = delivered(shop)
    Order.objects.filter(pk=made.pk).update(stated_total=Decimal(1))
    confirm_run(month(shop), by="finance")
    assert Finding.objects.filter(check_slug="stated-total", resolved_at=None).exists()
    assert defer_blocked(month(shop), reason="exceptions", by="finance") == 0
    assert not Deferral.objects.exists()


def test_who_deferred_does_not_approve_it(shop: Company) -> None:
    made = delivered(shop)
    defer_order(order=made, reason="special case", by=person("manager"))
    confirm_run(month(shop), by="finance")
    with pytest.raises(SecondPersonNeeded):
        approve_held_back(month(shop), by=person("finance"), approver=person("manager"))
    assert approve_held_back(month(shop), by=person("finance"), approver=person("admin")) == 1


def test_an_unknown_amount_is_accrued_by_its_estimate_or_as_zero(shop: Company) -> None:
    finance = person("finance")
    for number, estimate in (("SO-1", Decimal("300.004")), ("SO-2", None)):
        defer_order(
            order=delivered(shop, number),
            kind=DeferralKind.AMOUNT_UNKNOWN,
            estimate=estimate,
            reason="metal price open",
            by=finance,
        )
    confirm_run(month(shop), by="finance")
    approve_held_back(month(shop), by=finance, approver=person("manager"))
    found = Unbilled.objects.order_by("delivery__order__number")
    assert [(one.estimate, one.accrued) for one in found] == [
        (Decimal(300), Decimal(300)),
        (Decimal(0), Decimal(0)),
    ]


def test_history_says_who_deferred_and_who_released(shop: Company) -> None:
    deferral = defer_order(order=delivered(shop), reason="dispute", by=person("sales_rep"))
    release_deferral(deferral=deferral, reason="settled", by=person("finance"))
    found = AuditEntry.objects.filter(document_kind="order", action__startswith="defer")
    assert [
        (entry.actor, entry.action, (entry.after or {})["release_reason"])
        for entry in found.order_by("pk")
    ] == [("sales_rep", "deferred", ""), ("finance", "deferral_released", "settled")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_deferral SET reason = 'other'",
        "UPDATE orders_deferral SET origin = 'automatic'",
        "DELETE FROM orders_deferral",
        # What a person deferred, a person releases.
        "UPDATE orders_deferral SET released_at = now()",
    ],
)
def test_a_deferral_is_a_record(shop: Company, statement: str) -> None:
    defer_order(order=delivered(shop), reason="dispute", by=person("finance"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_released_deferral_is_released_once(shop: Company) -> None:
    deferral = defer_order(order=delivered(shop), reason="dispute", by=person("finance"))
    release_deferral(deferral=deferral, by=person("finance"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE orders_deferral SET released_at = NULL, released_by_id = NULL")


def test_the_database_refuses_to_confirm_what_a_person_deferred(shop: Company) -> None:
    """By whatever way: also where the run's own condition were lost."""
    made = delivered(shop)
    defer_order(order=made, reason="dispute", by=person("finance"))
    changed = {
        "period": month(shop),
        "posted_on": "2026-02-05",
        "confirmed_at": timezone.now(),
    }
    with pytest.raises(IntegrityError, match="deferred by finance"), acting("finance"):
        Delivery.objects.filter(order=made).update(**changed)

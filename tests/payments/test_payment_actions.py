"""Payments by form, placed by hand and undone."""

from datetime import date
from decimal import Decimal

import pytest

from closing_site.companies.errors import RoleMayNot
from closing_site.companies.models import Company
from closing_site.customers.models import OpenItem
from closing_site.periods.actions import period_by_code
from closing_site.recording import NotTaken
from invoicing.runs.issue import invoice_run
from orders.actions.confirming import confirm_order
from payments.actions.placing import open_items, place_payment, undo_allocation
from payments.actions.recording import change_payment, give_customer, record_payment
from payments.errors import (
    IsAnUndoing,
    MoreThanIsLeft,
    NoCustomerYet,
    NothingToPlace,
    UndoneAlready,
)
from payments.models import Allocation, Payment
from payments.offered import why_not_changed
from payments.runs.match import match_run
from tests.entering import delivered, person, the_shop

pytestmark = pytest.mark.django_db

GIVEN = {
    "reference": "P1",
    "customer_code": "ACME",
    "received_on": "2026-02-10",
    "amount": "150",
    "method": "cash",
}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


@pytest.fixture
def invoices(shop: Company) -> list[OpenItem]:
    """Two of 113.00 each, of February."""
    finance = person("finance")
    # They are alike: a company that asks about duplicates first would hold the second.
    Company.objects.filter(pk=shop.pk).update(holding_checks=[])
    for number in ("SO-1", "SO-2"):
        confirm_order(order=delivered(shop, number), by=finance)
    invoice_run(period_by_code(shop, "2026-02"), by="finance")
    return list(OpenItem.objects.order_by("id"))


def payment(shop: Company, **given: str) -> Payment:
    return record_payment(company=shop, given={**GIVEN, **given}, by=person("finance"))


def test_a_payment_is_recorded_once(shop: Company) -> None:
    made = payment(shop)
    assert (made.amount, made.posted_on) == (Decimal(150), date(2026, 2, 10))
    with pytest.raises(NotTaken, match="P1"):
        payment(shop)


def test_money_of_a_locked_month_is_posted_on_the_first_open_day(shop: Company) -> None:
    assert payment(shop, received_on="2026-01-10").posted_on == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("column", "text"),
    [("amount", "0"), ("amount", "1.005"), ("customer_code", "NOONE"), ("method", "shells")],
)
def test_a_bad_field_is_named(shop: Company, column: str, text: str) -> None:
    with pytest.raises(NotTaken) as error:
        payment(shop, **{column: text})
    assert [problem.column for problem in error.value.problems["payments"]] == [column]
    assert not Payment.objects.exists()


def test_only_finance_enters_payments(shop: Company) -> None:
    with pytest.raises(RoleMayNot):
        record_payment(company=shop, given=GIVEN, by=person("sales_rep"))


def test_a_payment_in_suspense_is_given_its_customer(shop: Company) -> None:
    made = payment(shop, customer_code="")
    assert not OpenItem.objects.exists()
    with pytest.raises(NoCustomerYet):
        place_payment(payment=made, amounts={1: "1"}, by=person("finance"))
    with pytest.raises(NotTaken, match="NOONE"):
        give_customer(payment=made, code="NOONE", by=person("finance"))
    made = give_customer(payment=made, code="ACME", by=person("finance"))
    assert made.customer
    assert OpenItem.objects.get().amount == Decimal(150)


def test_placed_by_hand_it_settles_what_it_is_placed_on(
    shop: Company, invoices: list[OpenItem]
) -> None:
    made, finance = payment(shop), person("finance")
    first, second = invoices
    assert list(open_items(made)) == invoices
    place_payment(payment=made, amounts={first.pk: "113", second.pk: "20"}, by=finance)
    assert [item.settled for item in OpenItem.objects.order_by("id")] == [113, 20, 133]
    assert {a.posted_on for a in Allocation.objects.all()} == {date(2026, 2, 10)}
    with pytest.raises(MoreThanIsLeft, match="17.00 CNY"):
        place_payment(payment=made, amounts={second.pk: "18"}, by=finance)
    with pytest.raises(NotTaken, match="set against something"):
        change_payment(payment=made, given={**GIVEN, "amount": "151"}, by=finance)


def test_no_more_is_placed_than_is_open(shop: Company, invoices: list[OpenItem]) -> None:
    made, finance = payment(shop), person("finance")
    with pytest.raises(NotTaken, match="113.00"):
        place_payment(payment=made, amounts={invoices[0].pk: "114"}, by=finance)
    with pytest.raises(NotTaken):
        place_payment(payment=made, amounts={invoices[0].pk: "-1"}, by=finance)
    with pytest.raises(NothingToPlace):
        place_payment(payment=made, amounts={invoices[0].pk: " "}, by=finance)


def test_what_was_settled_meanwhile_is_named_and_not_passed_over(
    shop: Company, invoices: list[OpenItem]
) -> None:
    first, second = invoices
    finance = person("finance")
    place_payment(payment=payment(shop), amounts={first.pk: "113"}, by=finance)
    other = payment(shop, reference="P2", amount="120")
    with pytest.raises(NotTaken) as raised:
        place_payment(payment=other, amounts={first.pk: "113", second.pk: "7"}, by=finance)
    (problem,) = raised.value.problems["placing"]
    assert (problem.column, problem.reason) == (f"item_{first.pk}", "Only 0.00 of it is open.")
    assert Allocation.objects.count() == 1


def test_what_was_placed_and_undone_is_not_changed(shop: Company, invoices: list[OpenItem]) -> None:
    made, finance = payment(shop), person("finance")
    place_payment(payment=made, amounts={invoices[0].pk: "113"}, by=finance)
    assert "Undo that, then refund it" in why_not_changed(made)
    undo_allocation(allocation=Allocation.objects.get(), on=date(2026, 2, 11), by=finance)
    with pytest.raises(NotTaken, match="was set against something, which"):
        change_payment(payment=made, given={**GIVEN, "amount": "151"}, by=finance)
    assert "was set against something, which" in why_not_changed(made)


def test_a_placing_is_undone_by_a_dated_reversal_once(
    shop: Company, invoices: list[OpenItem]
) -> None:
    made, finance = payment(shop), person("finance")
    place_payment(payment=made, amounts={invoices[0].pk: "113"}, by=finance)
    placed = Allocation.objects.get()
    undone = undo_allocation(allocation=placed, on=date(2026, 1, 5), by=finance)
    assert (undone.posted_on, undone.debit_amount) == (date(2026, 2, 10), Decimal(-113))
    assert not OpenItem.objects.exclude(settled=0).exists()
    with pytest.raises(UndoneAlready):
        undo_allocation(allocation=placed, on=date(2026, 2, 12), by=finance)
    with pytest.raises(IsAnUndoing):
        undo_allocation(allocation=undone, on=date(2026, 2, 12), by=finance)


def test_money_freed_in_a_later_month_is_placed_in_that_month(
    shop: Company, invoices: list[OpenItem]
) -> None:
    """37 of it were always free: they are placed in February still."""
    made, finance = payment(shop), person("finance")
    place_payment(payment=made, amounts={invoices[0].pk: "113"}, by=finance)
    undo_allocation(allocation=Allocation.objects.get(), on=date(2026, 3, 5), by=finance)
    place_payment(payment=made, amounts={invoices[1].pk: "37"}, by=finance)
    place_payment(payment=made, amounts={invoices[1].pk: "76"}, by=finance)
    placed = Allocation.objects.filter(reverses=None).order_by("id")
    assert [one.period.code for one in placed] == ["2026-02", "2026-02", "2026-03"]


def test_the_match_run_places_no_money_before_it_is_free(
    shop: Company, invoices: list[OpenItem]
) -> None:
    made, finance = (
        payment(shop, amount="113", invoice_number=invoices[1].number),
        person("finance"),
    )
    place_payment(payment=made, amounts={invoices[0].pk: "113"}, by=finance)
    undo_allocation(allocation=Allocation.objects.get(), on=date(2026, 3, 5), by=finance)
    assert match_run(period_by_code(shop, "2026-02"), by="finance") == 0
    assert match_run(period_by_code(shop, "2026-03"), by="finance") == 1
    assert Allocation.objects.latest("id").debit_item == invoices[1]


def test_the_match_run_does_not_do_again_what_a_person_undid(
    shop: Company, invoices: list[OpenItem]
) -> None:
    made, finance = (
        payment(shop, amount="113", invoice_number=invoices[0].number),
        person("finance"),
    )
    february = period_by_code(shop, "2026-02")
    assert match_run(february, by="finance") == 1
    undo_allocation(allocation=Allocation.objects.get(), on=date(2026, 2, 11), by=finance)
    assert match_run(february, by="finance") == 0
    assert place_payment(payment=made, amounts={invoices[0].pk: "113"}, by=finance) == 1

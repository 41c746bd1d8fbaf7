"""The page of a step: what it shows, what it counts, and what it refuses."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from closing_site.companies.models import User
from closing_site.desk.models import StepStock
from closing_site.desk.registry import all_checks
from closing_site.periods.actions import period_by_code
from closing_site.periods.models import SignOff
from orders.actions.delivering import deliver_order
from orders.models import Order
from tests.closing_site.wizard.by_pages import (
    LOCKED,
    OPEN,
    REASON,
    STEPS,
    clear,
    october,
    page,
    post,
    receive,
    run_step,
    said,
    sign,
    signed_in,
    url,
    work,
)
from tests.sql_counts import assert_sql_count

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]

WRITES: dict[tuple[str, ...], dict[str, Any]] = {
    ("count",): {},
    ("runs", "confirm"): {},
    ("confirm", "sign"): {},
    ("confirm", "answer"): {"how": "let-warnings-stand", "reason": REASON},
    ("lock", "ask"): {},
    ("lock", "now"): {},
    ("reopen",): {"reason": REASON},
}


@pytest.mark.parametrize("step", [*STEPS, "lock"])
def test_every_step_is_shown_to_who_reads_the_books(step: str) -> None:
    for username in ("finance", "manager", "auditor", "admin"):
        assert "<h1>" in page(signed_in(username), step)
        assert "<h1>" in page(signed_in(username), step, month=LOCKED)


def test_a_rep_sees_no_sums_over_the_books() -> None:
    for parts in ((), ("confirm",), ("lock",), ("reopen",)):
        assert signed_in("rep").get(url(*parts)).status_code == 403


@pytest.mark.parametrize("parts", WRITES)
@pytest.mark.parametrize("username", ["rep", "auditor"])
def test_reps_and_auditors_change_nothing(username: str, parts: tuple[str, ...]) -> None:
    assert post(signed_in(username), *parts, **WRITES[parts]).status_code == 403


def test_an_auditor_is_offered_no_form() -> None:
    run_step(signed_in("finance"), "confirm")
    for step in (*STEPS, "lock"):
        assert 'method="post"' not in page(signed_in("auditor"), step)
        assert "<button" not in page(signed_in("auditor"), step)


def test_of_another_company_and_of_what_is_not_there_one_learns_nothing() -> None:
    finance = signed_in("finance")
    for address in (
        "/closing/OTHER/2026-10/",
        "/closing/DEMO/2031-01/",
        url("nothing"),
        url("confirm", "findings", "no-such-check"),
        url("pay", "findings", "duplicate-order"),
    ):
        assert finance.get(address).status_code == 404, address


def test_a_step_says_how_it_is_done_in_the_readers_language() -> None:
    finance = signed_in("finance")
    assert "Look for gaps in the order numbers" in page(finance, "confirm")
    finance.post("/language/", {"language": "zh-hans"})
    assert "检查订单号是否有断号" in page(finance, "confirm")


def test_figures_stand_beside_last_months() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    text = page(finance, "confirm")
    assert "Last month" in text
    assert "Difference" in text


def test_a_page_counts_nothing_it_shows_what_was_counted() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    StepStock.objects.filter(step="confirm").update(
        figures={"orders_confirmed": 4711, "orders_deferred": 0}
    )
    assert "4,711" in page(finance, "confirm")


def test_its_statements_are_as_many_whatever_the_month_holds() -> None:
    finance = signed_in("finance")
    page(finance, "confirm")
    run_step(finance, "confirm")
    page(finance, "confirm")
    with assert_sql_count("a step"):
        page(finance, "confirm")
    with assert_sql_count("a close"):
        page(finance)
    with assert_sql_count("the lock"):
        page(finance, "lock")


def test_findings_name_their_document_and_what_to_do() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    text = page(finance, "confirm")
    for slug, check in all_checks().items():
        if f'id="check-{slug}"' in text:
            assert check.title in text
            assert check.advice.replace("'", "&#x27;") in text
    assert "Duplicate order" in text


def test_a_step_is_not_signed_while_something_waits() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    assert "Sign off: Confirm orders" not in page(finance, "confirm")
    assert "cannot be signed" in said(sign(finance, "confirm"))
    assert not SignOff.objects.filter(period=october()).exists()


def test_a_signature_twice_is_one() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    clear(finance, "confirm")
    sign(finance, "confirm", idempotency_key="once")
    sign(finance, "confirm", idempotency_key="once")
    assert SignOff.objects.filter(period=october(), step="confirm").count() == 1


def test_figures_that_changed_since_they_were_seen_are_not_signed() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    clear(finance, "confirm")
    assert "have changed since you saw them" in said(sign(finance, "confirm", seen="other"))


def test_a_stale_signature_names_what_changed_in_the_readers_language() -> None:
    finance = signed_in("finance")
    run_step(finance, "pay")
    clear(finance, "pay")
    sign(finance, "pay")
    signed = SignOff.objects.get(period=october(), step="pay").figures
    StepStock.objects.filter(period=october(), step="pay").update(
        figures={**signed, "payments": signed["payments"] + 1}
    )
    change = f"{signed['payments']} → {signed['payments'] + 1}"
    text = page(finance, "pay")
    assert "Changed since finance signed it off" in text
    assert f"Receipts {change}" in text
    assert f"Receipts {change}" in page(finance)
    finance.post("/language/", {"language": "zh-hans"})
    assert f"收款笔数 {change}" in page(finance, "pay")


def test_a_signature_says_so_when_something_was_written_since() -> None:
    finance = signed_in("finance")
    run_step(finance, "pay")
    clear(finance, "pay")
    sign(finance, "pay")
    assert "as they were signed" in page(finance, "pay")
    receive("RC-SINCE")
    text = page(finance, "pay")
    assert "as they were signed" not in text
    assert "signed, to be counted again" in text
    assert "signed, to be counted again" in page(signed_in("auditor"), "pay")
    post(finance, "count")
    assert "Changed since finance signed it off" in page(finance, "pay")


def test_a_delivery_that_a_rep_records_leaves_no_signature_as_it_was() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    clear(finance, "confirm")
    sign(finance, "confirm")
    rep = User.objects.get(username="rep")
    waiting = Order.objects.outstanding().filter(sales_rep__user=rep, order_date__day__lt=30)
    order = waiting.filter(company=october().company, deliveries=None).first()
    assert order
    deliver_order(order=order, delivered_on=date(2026, 10, 31), accepted_on=None, by=rep)
    assert "signed, to be counted again" in page(finance, "confirm")
    post(finance, "count")
    text = page(finance, "confirm")
    assert "Changed since finance signed it off" in text
    assert "Orders not delivered" in text


def test_what_is_counted_again_and_is_the_same_is_signed_still() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    clear(finance, "confirm")
    sign(finance, "confirm")
    receive("RC-SINCE")
    assert "signed, to be counted again" in page(finance)
    post(finance, "count")
    assert "signed, to be counted again" not in page(finance)
    assert "signed off" in page(finance)


def test_a_step_with_warnings_alone_is_not_called_blocked() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    post(finance, "confirm", "answer", how="defer-all", reason=REASON)
    text = page(finance, "confirm")
    assert "to be answered" in text
    assert "blocked." not in text.partition('id="sign"')[2]


def test_between_opening_and_closing_stands_what_moved_the_receivables() -> None:
    finance = signed_in("finance")
    for step in ("confirm", "invoice", "pay", "reconcile"):
        run_step(finance, step)
    kept = StepStock.objects.get(period=october(), step="reconcile").figures
    signs = {
        "rolled_invoiced": 1,
        "rolled_credited": -1,
        "rolled_placed": -1,
        "rolled_deducted": -1,
        "rolled_written_off": -1,
        "rolled_exchange": 1,
    }
    moved = sum(sign * Decimal(kept[name]) for name, sign in signs.items())
    opening, closing = kept["receivables_opening"], kept["receivables_closing"]
    assert Decimal(opening) + moved == Decimal(closing)
    assert Decimal(kept["rolled_exchange"])
    assert "Exchange differences" in page(finance, "reconcile")


def test_a_later_month_is_not_signed_before_the_earlier_is_locked() -> None:
    period_by_code(october().company, "2026-11")
    finance = signed_in("finance")
    assert f"{OPEN} is still open" in page(finance, "report", month="2026-11")
    answer = post(finance, "report", "sign", month="2026-11", seen="")
    assert f"{OPEN} is still open" in said(answer)


def test_a_locked_month_is_shown_without_forms_and_says_why() -> None:
    finance = signed_in("finance")
    for step in (*STEPS, "lock"):
        text = page(finance, step, month=LOCKED)
        assert f"{LOCKED} is locked" in text
        assert 'method="post"' not in text
    for parts, data in WRITES.items():
        if parts not in {("reopen",), ("lock", "now")}:
            refused = said(post(finance, *parts, month=LOCKED, **data))
            assert "is locked" in refused, parts
    work()

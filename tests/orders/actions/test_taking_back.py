"""Taking a confirmation back: what was confirmed too early is put right and confirmed again."""

from pathlib import Path

import pytest

from closing_site.companies.errors import RoleMayNot
from closing_site.companies.models import User
from closing_site.periods.models import Period
from closing_site.refusals import Refusal
from closing_site.wizard.errors import StepWaits
from closing_site.wizard.locking import lock_period
from orders.actions.confirming import confirm_order
from orders.actions.taking_back import take_back_confirmation
from orders.errors import ConfirmedInLocked, InvoicedAlready, NothingConfirmed
from orders.models import Order
from tests.stories.books import (
    LINES,
    ORDERS,
    REASON,
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    require_integrity,
    try_import,
    view,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = f"{ORDERS},stated_total"
ORDER = "S1,ACME,2025-01-08,2025-01-10,delivered,1"
DELIVERIES = "order_number,line_number,delivered_on,quantity"
WARNED = ("--acknowledge-warnings", REASON)


@pytest.fixture(autouse=True)
def shop(transactional_db: None, tmp_path: Path) -> None:
    """S1 states 120.00 and its line makes 119.00: a warning, which keeps no one from confirming."""
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        orders=f"{HEADER}\n{ORDER},120.00",
        order_lines=f"{LINES}\nS1,1,TEA,1,119.00,19",
    )


def take_back(number: str = "S1", month: str = "2025-01", by: str = "ann", reason: str = "") -> int:
    return take_back_confirmation(
        order=Order.objects.get(number=number),
        period=Period.objects.get(code=month),
        reason=reason,
        by=User.objects.get(username=by),
    )


def refused(error: type[Refusal], number: str = "S1", month: str = "2025-01") -> str:
    with pytest.raises(error) as raised:
        take_back(number, month)
    return str(raised.value)


def test_a_warned_order_is_put_right_and_confirmed_again(tmp_path: Path) -> None:
    walk("2025-01", "--through", "confirm", *WARNED)
    mended = f"{LINES}\nS1,1,TEA,1,120.00,19"
    assert try_import(tmp_path, order_lines=mended)[1] == 1
    assert take_back(reason="The customer says 120.00") == 1
    assert view("SELECT state FROM v_orders") == [("delivered",)]
    assert findings("2025-01", "stated-total", "delivered-not-confirmed") == [
        ("delivered-not-confirmed", "order:S1", "119"),
        ("stated-total", "order:S1", "1"),
    ]
    import_files(tmp_path, order_lines=mended)
    order, ann = Order.objects.get(), User.objects.get(username="ann")
    assert confirm_order(order=order, by=ann) == []
    assert findings("2025-01", "stated-total", "delivered-not-confirmed") == []
    assert part(close("2025-01"), "orders_confirmed gross") == {
        "orders_confirmed": 1,
        "gross": "120.00",
    }
    require_integrity()


def test_the_audit_says_who_took_it_back_and_why() -> None:
    walk("2025-01", "--through", "confirm", *WARNED)
    take_back(reason=" The customer says 120.00 ")
    confirm_order(order=Order.objects.get(), by=User.objects.get(username="ann"))
    take_back()
    assert view(
        "SELECT actor, action, before ->> 'posted_on', after ->> 'posted_on', after ->> 'reason'"
        " FROM v_audit WHERE document = 'order:S1' AND action LIKE '%confirmed' ORDER BY at"
    ) == [
        ("ann", "confirmed", None, "2025-01-10", None),
        ("ann", "unconfirmed", "2025-01-10", None, "The customer says 120.00"),
        ("ann", "confirmed", None, "2025-01-10", None),
        ("ann", "unconfirmed", "2025-01-10", None, None),
    ]


def test_a_signed_off_step_is_stale_once_a_confirmation_is_taken_back() -> None:
    walk("2025-01", "--through", "confirm", *WARNED)
    assert take_back() == 1
    ann, mo = (User.objects.get(username=name) for name in ("ann", "mo"))
    with pytest.raises(StepWaits, match="Confirm orders is not signed off.*Orders confirmed 1 → 0"):
        lock_period(Period.objects.get(code="2025-01"), by=ann, approver=mo)
    # The same order confirmed again is what was signed for.
    confirm_order(order=Order.objects.get(), by=ann)
    with pytest.raises(StepWaits, match="nvoices is not signed off"):
        lock_period(Period.objects.get(code="2025-01"), by=ann, approver=mo)


def test_what_is_invoiced_is_corrected_with_a_credit_note() -> None:
    walk("2025-01", "--through", "invoice", *WARNED)
    assert refused(InvoicedAlready) == (
        "Order S1 is invoiced (INV-2025-01-00001): correct it with a credit note."
    )
    assert view("SELECT state FROM v_orders") == [("invoiced",)]


def test_a_locked_month_keeps_its_confirmations() -> None:
    close("2025-01")
    assert refused(ConfirmedInLocked).startswith("Period 2025-01 is locked: correct")


def test_there_must_be_something_to_take_back() -> None:
    walk("2025-01", "--through", "confirm", *WARNED)
    assert take_back() == 1
    assert refused(NothingConfirmed) == "Nothing of order S1 is confirmed in period 2025-01."


def test_a_part_of_this_month_is_taken_back_and_that_of_the_last_stays(tmp_path: Path) -> None:
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS2,ACME,2025-01-12,,delivered,0",
        order_lines=f"{LINES}\nS2,1,TEA,10,10.00,19",
        deliveries=f"{DELIVERIES}\nS2,1,2025-01-20,4\nS2,1,2025-02-20,6",
    )
    close("2025-01")
    walk("2025-02", "--through", "confirm", *WARNED)
    assert take_back("S2", "2025-02") == 1
    assert refused(ConfirmedInLocked, "S2").startswith("Period 2025-01 is locked")
    import_files(tmp_path, deliveries=f"{DELIVERIES}\nS2,1,2025-02-20,5")
    assert part(close("2025-02"), "net orders_open") == {"net": "50.00", "orders_open": 1}


@pytest.mark.parametrize("who", ["rita", "mo", "otto"])
def test_finance_takes_it_back(who: str) -> None:
    walk("2025-01", "--through", "confirm", *WARNED)
    with pytest.raises(RoleMayNot):
        take_back(by=who)

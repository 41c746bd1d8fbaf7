"""What only waits for the step's run is ready, not blocked; and what is past is history."""

import pytest

from closing_site.companies.models import Company, User
from closing_site.desk.documents.findings import findings_of
from closing_site.desk.models import Finding
from closing_site.wizard.checking import recheck
from closing_site.wizard.overview import StepStands, steps_of
from closing_site.wizard.steps import all_steps
from orders.models import Order
from orders.runs.confirm import confirm_run
from tests.closing_site.wizard.by_pages import (
    REASON,
    october,
    page,
    post,
    signed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]


def check_step() -> None:
    """Ask the checks of the confirm step, as its page does."""
    recheck(october(), all_steps()[0], by=User.objects.get(username="finance"))


def confirm_step() -> StepStands:
    return steps_of(october())[0]


def test_before_the_run_delivered_orders_are_ready_not_blocked() -> None:
    finance = signed_in("finance")
    check_step()
    stands = confirm_step()
    found = Finding.objects.filter(period=october().pk, resolved_at=None)
    ready = found.filter(check_slug="delivered-not-confirmed").count()
    blocked = found.filter(severity="block").exclude(check_slug="delivered-not-confirmed")
    assert ready > 30
    assert stands.ready == ready
    assert stands.blocks == blocked.values("document_kind", "document_id").distinct().count()
    assert stands.count == stands.blocks < 15
    text = page(finance, "confirm")
    assert "severity-ready" in text
    confirm_run(october(), by="finance")
    check_step()
    assert confirm_step().ready == 0
    # The months before: what was ready once is no history of an order.
    order = Order.objects.filter(deliveries__period__code="2026-10").first()
    assert order
    past = findings_of(Company.objects.get(code="DEMO"), "order", order.pk).past
    assert "delivered-not-confirmed" not in {group.slug for group in past}


def test_when_all_else_is_answered_the_step_is_ready_to_run() -> None:
    finance = signed_in("finance")
    check_step()
    post(finance, "confirm", "answer", how="defer-all", reason=REASON)
    post(finance, "confirm", "answer", how="let-warnings-stand", reason=REASON)
    stands = confirm_step()
    assert (stands.state.slug, stands.blocks, stands.warns) == ("to_run", 0, 0)
    assert stands.waits == stands.ready > 0


def test_findings_of_a_locked_month_are_history() -> None:
    company = Company.objects.get(code="DEMO")
    locked = Finding.objects.filter(
        period__code="2026-05", check_slug="stated-total", document_kind="order"
    ).first()
    assert locked
    found = findings_of(company, "order", locked.document_id)
    assert [group.slug for group in found.open] == []
    assert "stated-total" in {group.slug for group in found.past}
    finance = signed_in("finance")
    text = finance.get(f"/orders/{locked.document_number}/").content.decode()
    assert "severity-past" in text
    assert "findings-advice" not in text

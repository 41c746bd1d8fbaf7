"""Confirming one order, by the confirm-run's own rules."""

from closing_site.companies.models import User
from closing_site.desk.models import Finding, Severity
from closing_site.desk.registry import message_of
from closing_site.periods.actions import period_by_code
from closing_site.periods.posting import posting_of
from orders.actions.entitled import require_order
from orders.errors import NothingDelivered, OrderCancelled
from orders.models import Order
from orders.runs.confirm import confirm_run


def confirm_order(*, order: Order, by: User) -> list[str]:
    """Confirm what of it is delivered (and accepted, where the company asks for it); returns what
    blocks the rest, in words.

    Raises NothingDelivered, OrderCancelled, NotYourOrder, CutOffPassed.
    """
    company = order.company
    if order.cancelled_on:
        raise OrderCancelled(number=order.number)
    waiting = [
        delivery.accepted_on if company.requires_acceptance else delivery.delivered_on
        for delivery in order.deliveries.filter(period=None)
    ]
    days = sorted(day for day in waiting if day is not None)
    if not days:
        raise NothingDelivered(number=order.number)
    require_order(order, by, *days)
    months = dict.fromkeys(posting_of(company, day).period for day in days)
    blocked: list[str] = []
    confirmed = 0
    for month in months:
        period = period_by_code(company, month)
        confirmed += confirm_run(period, by=by.username, orders=[order.pk])
        blocked += what_blocks(order, month)
    if not (confirmed or blocked):
        raise NothingDelivered(number=order.number)
    return list(dict.fromkeys(blocked))


def what_blocks(order: Order, month: str) -> list[str]:
    found = Finding.objects.filter(
        company=order.company_id,
        period__code=month,
        document_kind="order",
        document_id=order.pk,
        severity=Severity.BLOCK,
        resolved_at=None,
    ).order_by("id")
    return [message_of(one.check_slug, one.parameters, one.currency) for one in found]

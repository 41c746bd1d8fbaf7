"""Confirming one order, by the confirm-run's own rules."""

from collections.abc import Iterator

from django.db.models import QuerySet

from closing_site.companies.models import User
from closing_site.desk.holding import holding_checks
from closing_site.desk.models import Acknowledgement, Finding, Severity
from closing_site.desk.registry import message_of
from closing_site.periods.actions import period_by_code
from closing_site.periods.posting import posting_of
from orders.actions.deferring import open_deferrals
from orders.actions.entitled import require_order
from orders.checks import STEP
from orders.errors import NothingDelivered, OrderCancelled, OrderDeferred
from orders.models import Deferral, DeferralOrigin, Order
from orders.runs.confirm import confirm_run


def confirm_order(*, order: Order, by: User) -> list[str]:
    """Confirm what of it is delivered (and accepted, where the company asks for it); returns what
    blocks the rest, in words.

    Raises NothingDelivered, OrderCancelled, OrderDeferred, NotYourOrder, CutOffPassed.
    """
    company = order.company
    if order.cancelled_on:
        raise OrderCancelled(number=order.number)
    waiting = {
        delivery.pk: delivery.accepted_on if company.requires_acceptance else delivery.delivered_on
        for delivery in order.deliveries.filter(period=None)
    }
    if not any(waiting.values()):
        raise NothingDelivered(number=order.number)
    _require_not_deferred(order, [pk for pk, day in waiting.items() if day])
    days = sorted(day for day in waiting.values() if day is not None)
    require_order(order, by, *days)
    months = dict.fromkeys(posting_of(company, day).period for day in days)
    blocked: list[str] = []
    confirmed = 0
    for month in months:
        period = period_by_code(company, month)
        confirmed += confirm_run(period, by=by.username, orders=[order.pk])
        blocked += what_blocks(order, month)
    if not (confirmed or blocked):
        # Someone may have deferred it while we waited.
        _require_not_deferred(order, [pk for pk, day in waiting.items() if day])
        raise NothingDelivered(number=order.number)
    return list(dict.fromkeys(blocked))


def _require_not_deferred(order: Order, waiting: list[int]) -> None:
    """Where a person has deferred all that could be confirmed. Raises OrderDeferred."""
    by_person = open_deferrals(order).filter(origin=DeferralOrigin.PERSON)
    covering = {pk: deferral for deferral in by_person for pk in _covered(deferral, waiting)}
    if len(covering) == len(waiting):
        first = covering[waiting[0]]
        raise OrderDeferred(
            number=order.number, user=first.deferred_by.username, reason=first.reason
        )


def _covered(deferral: Deferral, waiting: list[int]) -> list[int]:
    of_delivery = deferral.delivery_id
    return waiting if of_delivery is None else [pk for pk in waiting if pk == of_delivery]


def what_blocks(order: Order, month: str) -> list[str]:
    found = Finding.objects.filter(
        company=order.company_id,
        period__code=month,
        step=STEP,
        document_kind="order",
        document_id=order.pk,
        resolved_at=None,
    ).order_by("id")
    blocks = found.filter(severity=Severity.BLOCK)
    return [
        message_of(one.check_slug, one.parameters, one.currency)
        for one in (*blocks, *_unanswered(order, found))
    ]


def _unanswered(order: Order, found: QuerySet[Finding]) -> Iterator[Finding]:
    """The warnings that hold the order until someone answers them."""
    holding = holding_checks(order.company)
    for one in found.filter(severity=Severity.WARN, check_slug__in=holding):
        answers = Acknowledgement.objects.filter(
            company=order.company_id,
            check_slug=one.check_slug,
            document_kind=one.document_kind,
            document_id=one.document_id,
            digest=one.digest,
        )
        if not answers.exists():
            yield one

"""Asking the checks of a step, and what of it waits for someone."""

from django.db import transaction
from django.utils.translation import gettext

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.findings import Standing, run_checks, severity_of, standing
from closing_site.desk.holding import holding_checks
from closing_site.desk.models import Severity
from closing_site.desk.registry import advice_of, message_of
from closing_site.desk.stock import audit_mark
from closing_site.periods.models import Period
from closing_site.wizard.errors import ChecksBlock, StepBlocked
from closing_site.wizard.step import Step
from closing_site.wizard.steps import all_steps
from closing_site.wizard.stock import keep_month


def ask_checks(period: Period, step: Step) -> str:
    """In a transaction of their own: what they compare must be of one moment. Returns the mark of
    the moment before (``desk.stock.audit_mark``)."""
    with transaction.atomic():
        mark = audit_mark()
        sql.value("SELECT closing_require_open(%(p)s, '', 'checks')", {"p": [period.pk]})
        if step.prepare:
            step.prepare(period)
        run_checks(period, step.checks)
        return mark


def check_after_run(period: Period, step: Step, *, by: str) -> str:
    """Ask a step's checks after its run. Documents that came since are done first, with the
    period's row locked: what merely came late is no difference in the books.

    Returns what ``ask_checks`` does. Raises LawBroken where the month is locked.
    """
    if step.late is None:
        return ask_checks(period, step)
    with acting(by):
        Period.objects.select_for_update(of=("self",)).get(pk=period.pk)
        step.late(period, by=by)
        return ask_checks(period, step)


def recheck(period: Period, step: Step, *, by: User) -> None:
    """Ask a step's checks and count the month anew, for its pages. Raises LawBroken where the month
    is locked."""
    with acting(by.username):
        keep_month(period, checked=step, checked_mark=ask_checks(period, step))


def check_again(period: Period) -> None:
    """Every blocking check, over the month as it is now, and no warning that holds an order.
    Raises ChecksBlock."""
    for step in all_steps():
        if step.prepare:
            step.prepare(period)
        blocking = [c for c in step.checks if severity_of(c, period) == Severity.BLOCK]
        run_checks(period, blocking)
    holding = holding_checks(period.company)
    found = standing(period, Severity.BLOCK)
    found += [one for one in standing(period, Severity.WARN) if one.check_slug in holding]
    if found:
        raise ChecksBlock(count=len(found), first=told(found[0]))


def waiting(period: Period, step: Step) -> list[Standing]:
    """What has to be mended, held back or acknowledged before the step is signed."""
    return standing(period, Severity.BLOCK, Severity.WARN, step=step.slug)


def require_nothing_waits(period: Period, step: Step) -> None:
    """Raises StepBlocked."""
    if found := waiting(period, step):
        raise StepBlocked(step=gettext(step.title), count=len(found), first=told(found[0]))


def told(finding: Standing) -> str:
    """One finding, its document first: what is wrong, and what to do about it."""
    message = message_of(finding.check_slug, finding.parameters, finding.currency)
    return f"{finding.document}: {message} {advice_of(finding.check_slug)}".strip()

"""Laws that can be checked from the rows alone. Each question names the rows that break it."""

from collections.abc import Iterator

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.periods.models import Period, PeriodStatus
from closing_site.wizard.integrity import questions_of_documents, questions_of_items
from closing_site.wizard.integrity.problem import Problem
from reconciliation.balances import roll_forward_differences


def broken_laws(company: Company, period: Period | None) -> Iterator[Problem]:
    parameters = {"company": company.pk, "period": period.pk if period else None}
    for question in (*questions_of_documents.QUESTIONS, *questions_of_items.QUESTIONS):
        for row in sql.rows(question.query, parameters):
            yield Problem(
                question.law, question.table, row["key"], row["number"] or "", question.problem
            )
    yield from _unbalanced(company, period)


def _unbalanced(company: Company, period: Period | None) -> Iterator[Problem]:
    """Law 12, of locked months: an open one has vouchers still to come."""
    locked = Period.objects.filter(company=company, status=PeriodStatus.LOCKED)
    for month in locked.filter(pk=period.pk) if period else locked.order_by("starts_on"):
        for difference in roll_forward_differences(month):
            yield Problem(
                12,
                "reconciliation_customerbalance",
                difference.customer_id,
                difference.customer_code or "",
                f"{month.code} {difference.measure} {difference.currency}:"
                f" {difference.balance.normalize():f} is {difference.found.normalize():f}",
            )

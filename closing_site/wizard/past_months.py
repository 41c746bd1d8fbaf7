"""The last months of a company with their totals, from what seals and pages keep."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from closing_site.charts import Series, bars
from closing_site.companies.models import Company
from closing_site.desk.models import StepStock
from closing_site.periods.models import Period, PeriodStatus, Seal
from closing_site.periods.querysets import newest_periods

MOST = 6


@dataclass(frozen=True)
class PastMonth:
    """``totals``: the seal's, or of an open month those kept; empty where nothing was counted."""

    period: Period
    totals: dict[str, Any]

    def amount(self, name: str) -> Decimal | None:
        return Decimal(self.totals[name]) if name in self.totals else None

    @property
    def gross(self) -> Decimal | None:
        return self.amount("gross")

    @property
    def credited(self) -> Decimal | None:
        """Negative, beside what was invoiced."""
        amount = self.amount("credited")
        return -amount if amount else amount

    @property
    def received(self) -> Decimal | None:
        return self.amount("received")

    @property
    def receivables(self) -> Decimal | None:
        return self.amount("receivables_closing")


@dataclass(frozen=True)
class Flows:
    """What the months come to together, in the company's currency. Balances are not added up."""

    gross: Decimal
    credited: Decimal
    received: Decimal


def flows_of(months: Sequence[PastMonth]) -> Flows:
    def total(amounts: Iterable[Decimal | None]) -> Decimal:
        return sum((amount for amount in amounts if amount is not None), Decimal(0))

    return Flows(
        total(month.gross for month in months),
        total(month.credited for month in months),
        total(month.received for month in months),
    )


def past_months(company: Company) -> list[PastMonth]:
    """The newest first. Three statements."""
    periods = list(newest_periods([company], MOST))
    seals = Seal.objects.filter(company=company, period__in=periods)
    sealed = {seal.period_id: seal.totals for seal in seals.order_by("position")}
    kept = {
        stock.period_id: stock.figures
        for stock in StepStock.objects.filter(company=company, period__in=periods, step="report")
    }
    return [
        PastMonth(p, (sealed if p.status == PeriodStatus.LOCKED else kept).get(p.pk, {}))
        for p in periods
    ]


def chart_of(months: Sequence[PastMonth], currency: str) -> SafeString | str:
    """Invoiced and received side by side, the oldest first; nothing where there is one month."""
    shown = [month for month in reversed(months) if month.totals]
    if len(shown) < 2:
        return ""
    return bars(
        _("Invoiced and received, %(currency)s") % {"currency": currency},
        [month.period.code for month in shown],
        [
            Series(_("Invoiced, gross"), [month.gross for month in shown]),
            Series(_("Received"), [month.received for month in shown]),
        ],
    )

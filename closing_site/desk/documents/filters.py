"""Filters that lists of documents share. Each is answered by an index, at any size.

A list may be linked to with them: ``/orders/?month=2026-06&customer=C001&sort=-gross``.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from closing_site.companies.access import CompanyRequest
from closing_site.desk.models import Acknowledgement, Finding
from closing_site.pages.filters import FilterSet
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.switcher import months_of

MOST_DIGITS = 16


def amount_of(text: str) -> Decimal | None:
    """``1,234.50`` as an amount; None for what is none."""
    try:
        amount = Decimal(text.replace(",", "").replace("\N{MINUS SIGN}", "-").strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount.adjusted() < MOST_DIGITS else None


class SearchInput(forms.TextInput):
    input_type = "search"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NumberSearch(django_filters.CharFilter):  # type: ignore[misc]
    """``search``: how a number begins, or an amount to the cent, whatever its sign."""

    def __init__(self, number: str, amount: str) -> None:
        super().__init__(label=_("Number or amount"), widget=SearchInput)
        self.number, self.amount = number, amount

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(beginning(value, self.number, self.amount)) if value else rows


def beginning(text: str, number: str, amount: str = "") -> Q:
    found = Q()
    for way in {text, text.upper()}:
        found |= Q(**{f"{number}__startswith": way})
    exact = amount_of(text) if amount else None
    return found if exact is None else found | Q(**{f"{amount}__in": {exact, -exact}})


class FromDay(django_filters.DateFilter):  # type: ignore[misc]
    def __init__(self, field: str, label: Any) -> None:
        super().__init__(field_name=field, lookup_expr="gte", label=label, widget=DateInput)


class ToDay(django_filters.DateFilter):  # type: ignore[misc]
    def __init__(self, field: str, label: Any) -> None:
        super().__init__(field_name=field, lookup_expr="lte", label=label, widget=DateInput)


class FromAmount(django_filters.NumberFilter):  # type: ignore[misc]
    def __init__(self, field: str) -> None:
        super().__init__(field_name=field, lookup_expr="gte", label=_("Amount from"))


class ToAmount(django_filters.NumberFilter):  # type: ignore[misc]
    def __init__(self, field: str) -> None:
        super().__init__(field_name=field, lookup_expr="lte", label=_("Amount to"))


class Choice(django_filters.ChoiceFilter):  # type: ignore[misc]
    """One of a few; ``choices`` may come later, from the FilterSet."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label=label, empty_label=_("all"), **options)


class MonthFilter(Choice):
    """``month=2026-06``: posted in that month."""

    def __init__(self, field: str = "period", label: Any = None) -> None:
        super().__init__(label or _("Month"), choices=[])
        self.of = field

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        company = self.parent.request.company
        period = Period.objects.filter(company=company, code=value).values_list("pk", flat=True)
        # A key that is known is what an index is chosen by.
        return rows.filter(**{f"{self.of}__in": list(period)})


_ACKNOWLEDGED = Acknowledgement.objects.filter(
    company=OuterRef("company"),
    check_slug=OuterRef("check_slug"),
    document_kind=OuterRef("document_kind"),
    document_id=OuterRef("document_id"),
    digest=OuterRef("digest"),
)


class FindingsFilter(Choice):
    """``findings=standing``: an open month has a finding in it that nobody has answered."""

    def __init__(self, kind: str) -> None:
        super().__init__(_("Findings"), choices=[("standing", _("with findings"))])
        self.kind = kind

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        company = self.parent.request.company
        open_months = Period.objects.filter(company=company, status=PeriodStatus.OPEN)
        found = Finding.objects.filter(
            company=company,
            period__in=list(open_months.values_list("pk", flat=True)),
            document_kind=self.kind,
            resolved_at=None,
            deferred_reason="",
        ).exclude(Exists(_ACKNOWLEDGED))
        return rows.filter(pk__in=found.values("document_id"))


class DocumentFilterSet(FilterSet):
    """Of a list of documents: knows the request's company and the months it has."""

    request: CompanyRequest

    def __init__(self, data: Any, queryset: QuerySet[Any], *, request: CompanyRequest) -> None:
        super().__init__(data, queryset, request=request)
        for name, one in self.filters.items():
            if isinstance(one, MonthFilter):
                one.extra["choices"] = self._months(data.get(name, ""))

    def _months(self, asked: str) -> list[tuple[str, str]]:
        """The newest, and the one asked for where that is older."""
        codes = [choice.period.code for choice in months_of(self.request).choices]
        older = [asked] if asked and asked not in codes else []
        known = Period.objects.filter(company=self.request.company, code__in=older)
        return [(c, c) for c in [*codes, *(known.values_list("code", flat=True) if older else ())]]

"""Filters by customer and by sales rep, and those of the list of customers."""

import re
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Company
from closing_site.customers.models import Customer, SalesRep
from closing_site.desk.documents.filters import Choice, DocumentFilterSet, SearchInput
from closing_site.desk.visibility import sees_whole_books

MOST_NAMED = 100


def named(text: str, code: str = "code") -> Q:
    """A code that begins so, or a name that has this in it."""
    # The index of names' parts answers a pattern, whatever the letters' case.
    return Q(**{f"{code}__startswith": text}) | Q(name__iregex=re.escape(text))


class CustomerField(forms.CharField):
    """A code, else a part of the name: the customers' keys."""

    company: Company

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        customers = Customer.objects.filter(company=self.company).values_list("pk", flat=True)
        # Asked for apart: more may begin like a whole code than are looked at.
        if exact := list(customers.filter(code=text)):
            return exact
        found = list(customers.filter(named(text))[: MOST_NAMED + 1])
        if len(found) > MOST_NAMED:
            raise ValidationError(_("Many customers are named so: write more of the name."))
        return found or [0]


class CustomerFilter(django_filters.Filter):  # type: ignore[misc]
    """``customer=C001``: a code, or a part of a name that at most a hundred customers bear."""

    field_class = CustomerField

    def __init__(self, field: str = "customer") -> None:
        super().__init__(label=_("Customer"), widget=SearchInput)
        self.of = field

    def filter(self, rows: QuerySet[Any], value: list[int] | None) -> QuerySet[Any]:
        return rows.filter(**{f"{self.of}__in": value}) if value else rows


class RepFilter(Choice):
    """``rep=R01``: the code of a sales rep; for a rep there is but their own."""

    def __init__(self, field: str = "sales_rep") -> None:
        super().__init__(_("Sales rep"), choices=[])
        self.of = field

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        reps = SalesRep.objects.filter(company=self.parent.request.company, code=value)
        return rows.filter(**{f"{self.of}__in": list(reps.values_list("pk", flat=True))})


class SalesFilterSet(DocumentFilterSet):
    """Of a list whose rows have a customer or a rep."""

    def __init__(self, data: Any, queryset: QuerySet[Any], **options: Any) -> None:
        super().__init__(data, queryset, **options)
        for name, one in [*self.filters.items()]:
            if isinstance(one, CustomerFilter):
                one.field.company = self.request.company
            if isinstance(one, RepFilter):
                if not sees_whole_books(self.request.membership):
                    del self.filters[name]
                    continue
                reps = SalesRep.objects.filter(company=self.request.company).order_by("code")
                one.extra["choices"] = [(rep.code, rep.name or rep.code) for rep in reps]


class CustomerFilterSet(SalesFilterSet):
    """``search`` (code or name), ``rep`` (code), ``hold=on`` (credit hold)."""

    search = django_filters.CharFilter(label=_("Code or name"), method="find", widget=SearchInput)
    rep = RepFilter()
    hold = Choice(_("Credit hold"), choices=[("on", _("on hold"))], method="held")

    def find(self, rows: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        return rows.filter(named(text))

    def held(self, rows: QuerySet[Customer], _name: str, _value: str) -> QuerySet[Customer]:
        return rows.filter(is_on_hold=True)

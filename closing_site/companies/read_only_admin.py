"""The base of the support screens: they show, and change nothing; and of companies no more than
those in which the person works."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from closing_site.companies.models import Company


def own_companies(request: HttpRequest) -> QuerySet[Company]:
    """Those of which they are an active member, whatever flags Django knows of them."""
    return Company.objects.filter(memberships__user=request.user.pk, memberships__is_active=True)


class ReadOnlyAdmin(ModelAdmin[Any]):
    actions = None
    #: Counting a big table takes longer than showing a page of it.
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class OfOwnCompanies(ReadOnlyAdmin):
    """Rows of a company, for its active members. Lists, counts, single rows, their histories and
    what autocompletes all start from this queryset."""

    company_field = "company"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = {f"{self.company_field}__in": own_companies(request)}
        return super().get_queryset(request).filter(**mine)


class OwnCompanyFilter(SimpleListFilter):
    """Django's own would name every company there is."""

    title = gettext_lazy("company")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [(one.code, one.code) for one in own_companies(request).order_by("code")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(company__code=self.value()) if self.value() else queryset

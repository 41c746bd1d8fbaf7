from django.contrib import admin

from closing_site.companies.read_only_admin import OfOwnCompanies, OwnCompanyFilter
from closing_site.periods.models import Period, Seal


@admin.register(Period)
class PeriodAdmin(OfOwnCompanies):
    list_display = ("company", "code", "starts_on", "ends_on", "status")
    list_filter = (OwnCompanyFilter, "status")
    list_select_related = ("company",)
    ordering = ("company", "-starts_on")


@admin.register(Seal)
class SealAdmin(OfOwnCompanies):
    list_display = ("company", "period", "position", "digest", "sealed_at")
    list_filter = (OwnCompanyFilter,)
    list_select_related = ("company", "period")
    ordering = ("-id",)

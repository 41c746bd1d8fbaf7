"""Support screens. Only people are changed here, by superusers; of a company they show what its
members see: whoever supports the installation asks the company (support.py)."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from procrastinate.contrib.django.models import ProcrastinateJob

from closing_site.acting import acting
from closing_site.companies.models import AuditEntry, Company, Membership, User
from closing_site.companies.placed_people import places_elsewhere
from closing_site.companies.read_only_admin import OfOwnCompanies, OwnCompanyFilter, own_companies


class SuperusersAdmin(admin.ModelAdmin[Any]):
    """Changed by superusers, whose name then stands in the audit."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with acting(request.user.get_username()):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with acting(request.user.get_username()):
            return super().delete_view(request, *args, **kwargs)

    def _may(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser


@admin.register(User)
class PeopleAdmin(SuperusersAdmin, UserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "first_name", "last_name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (None, {"fields": ("first_name", "last_name", "email", "language")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser")}),
        (None, {"fields": ("last_login", "date_joined", "second_factor_since")}),
    )
    readonly_fields = ("last_login", "date_joined", "second_factor_since")
    filter_horizontal = ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Documents and audit name people: who leaves is made inactive."""
        return False

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Nobody gets into a company by a password that they set for one of its people."""
        person = self.get_object(request, id)
        if person and _works_where_they_do_not(person, request):
            raise PermissionDenied
        with acting(request.user.get_username()):
            return super().user_change_password(request, id, form_url)


def _works_where_they_do_not(person: User, request: HttpRequest) -> bool:
    """On any database. Raises BooksUnreachable where one does not answer."""
    if person.pk == request.user.pk:
        return False
    theirs = Membership.objects.filter(user=person)
    if theirs.exclude(company__in=own_companies(request)).exists():
        return True
    return any(
        theirs.exclude(company__in=own_companies(request)).exists() for _name in places_elsewhere()
    )


# No one sets up or looks at another's second factor; `reset_second_factor` takes it away. What jobs
# are given is of companies: the page of background jobs shows each its own. Groups give nothing.
for model in (Authenticator, EmailAddress, ProcrastinateJob, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Membership)
class MembershipAdmin(OfOwnCompanies):
    """Who works where is for each company's administrators, and at first for `add_member`."""

    list_display = ("user", "company", "role", "is_active")
    list_filter = (OwnCompanyFilter, "role")
    list_select_related = ("user", "company")
    search_fields = ("user__username",)


@admin.register(Company)
class CompanyAdmin(OfOwnCompanies):
    company_field = "pk"
    ordering = ("code",)
    list_display = ("code", "name", "currency", "country", "first_day")
    search_fields = ("code", "name", "name_zh")


@admin.register(AuditEntry)
class AuditEntryAdmin(OfOwnCompanies):
    list_display = ("at", "company", "actor", "action", "document_kind", "document_number")
    list_filter = (OwnCompanyFilter,)
    list_select_related = ("company",)
    search_fields = ("document_number", "actor")
    ordering = ("-id",)

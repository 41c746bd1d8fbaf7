"""Support screens. Only people and their roles are changed here, by superusers."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest, HttpResponse

from closing_site.acting import acting
from closing_site.companies.models import AuditEntry, Company, Membership, User
from closing_site.companies.read_only_admin import ReadOnlyAdmin


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


# No one sets up or looks at another's second factor; `reset_second_factor` takes it away.
for model in (Authenticator, EmailAddress):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Membership)
class MembershipAdmin(SuperusersAdmin):
    list_display = ("user", "company", "role")
    list_filter = ("company", "role")
    list_select_related = ("user", "company")
    search_fields = ("user__username",)


@admin.register(Company)
class CompanyAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "currency", "country", "first_day")
    search_fields = ("code", "name", "name_zh")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "company", "actor", "action", "document_kind", "document_number")
    list_filter = ("company",)
    list_select_related = ("company",)
    search_fields = ("document_number", "actor")
    ordering = ("-id",)

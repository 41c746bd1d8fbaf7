"""Who did what, when: the audit as a list."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.models import AuditEntry
from closing_site.desk.documents.filters import DateInput
from closing_site.desk.documents.history import change_of
from closing_site.pages.columns import Column, DateColumn
from closing_site.pages.documents import document_html
from closing_site.pages.filters import FilterSet
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table
from closing_site.tabular import Cell

_NOTHING = "—"

KINDS = {
    "allocation": gettext_lazy("Placing"),
    "approval": gettext_lazy("Approval"),
    "account": gettext_lazy("Account"),
    "code_change": gettext_lazy("Changed code"),
    "company": gettext_lazy("Company"),
    "credit_note": gettext_lazy("Credit note"),
    "customer": gettext_lazy("Customer"),
    "deduction": gettext_lazy("Deduction"),
    "exchange_rate": gettext_lazy("Exchange rate"),
    "deputy": gettext_lazy("Deputy"),
    "finding": gettext_lazy("Finding"),
    "import": gettext_lazy("Import"),
    "invitation": gettext_lazy("Invitation"),
    "invoice": gettext_lazy("Invoice"),
    "membership": gettext_lazy("Role"),
    "order": gettext_lazy("Order"),
    "payment": gettext_lazy("Payment"),
    "person": gettext_lazy("Person"),
    "period": gettext_lazy("Month"),
    "product": gettext_lazy("Product"),
    "cut_off": gettext_lazy("Cut-off"),
    "sales_rep": gettext_lazy("Sales representative"),
    "support_access": gettext_lazy("Support access"),
    "tax_rate": gettext_lazy("Tax rate"),
}


class DocumentOfEntry(Column):
    """Any kind of document, linked where a page shows it."""

    def html(self, row: AuditEntry) -> SafeString:
        return document_html(row.document_kind, row.document_number)

    def export(self, row: AuditEntry) -> Cell:
        return row.document_number


class ChangesColumn(Column):
    """What stood there before and after, in the words of the documents' own pages."""

    def html(self, row: AuditEntry) -> SafeString:
        return format_html_join("; ", "{}: {}", _told(row))

    def export(self, row: AuditEntry) -> Cell:
        return "; ".join(f"{title}: {change}" for title, change in _told(row))


def _told(row: AuditEntry) -> list[tuple[Any, str]]:
    return [(title, _change(before, after)) for title, before, after in change_of(row).values]


def _change(before: Any, after: Any) -> str:
    """What is new has no before."""
    if before is None:
        return str(after)
    return f"{before} → {_NOTHING if after is None else after}"


class AuditTable(Table):
    name = "audit"
    default_sort = "-at"
    at = DateColumn(gettext_lazy("When"), sort="id")
    actor = Column(gettext_lazy("Who"))
    action = Column(gettext_lazy("What"), lambda row: change_of(row).action)
    kind = Column(gettext_lazy("Kind"), lambda row: KINDS.get(row.document_kind, row.document_kind))
    document = DocumentOfEntry(gettext_lazy("Document"), "document_number")
    changes = ChangesColumn(gettext_lazy("Changes"), "after")


class AuditFilter(FilterSet):
    actor = django_filters.CharFilter(label=gettext_lazy("Who"), field_name="actor")
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"),
        field_name="document_kind",
        choices=sorted(KINDS.items()),
        empty_label=gettext_lazy("all"),
    )
    document = django_filters.CharFilter(
        label=gettext_lazy("Document"), field_name="document_number"
    )
    since = django_filters.DateFilter(
        label=gettext_lazy("From"), field_name="at", lookup_expr="date__gte", widget=DateInput
    )
    until = django_filters.DateFilter(
        label=gettext_lazy("Until"), field_name="at", lookup_expr="date__lte", widget=DateInput
    )


@require_safe
def audit(request: CompanyRequest) -> HttpResponseBase:
    entries: QuerySet[AuditEntry] = AuditEntry.objects.filter(company=request.company)
    return list_page(
        request, table=AuditTable, queryset=entries, title=_("Audit"), filterset=AuditFilter
    )

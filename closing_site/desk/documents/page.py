"""A document's page: its facts, the chain it stands in, findings, files, and what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from closing_site.companies.access import CompanyRequest
from closing_site.desk.documents.actions import offered
from closing_site.desk.documents.chain import OWN_STATION, chain_of, hidden_stations, stages_of
from closing_site.desk.documents.findings import findings_of
from closing_site.desk.documents.history import history_of
from closing_site.desk.documents.sections import sections_of
from closing_site.desk.models import Attachment
from closing_site.desk.visibility import hidden_fields
from closing_site.periods.models import Period, PeriodStatus


@dataclass(frozen=True)
class About:
    """Which document it is. ``kinds``: under which the audit, findings and files name it; the first
    is the page's. ``ids``: of the rows whose changes are its history. ``periods``: the months that
    hold it. ``is_over``: nothing comes after it (it is cancelled)."""

    document: Any
    number: str
    kinds: Sequence[str]
    on: date | None = None
    ids: Iterable[int] = ()
    periods: Sequence[Period] = ()
    is_over: bool = False

    @property
    def kind(self) -> str:
        return self.kinds[0]


def document_page(
    request: CompanyRequest, template: str, about: About, context: Mapping[str, Any]
) -> HttpResponse:
    """``template`` extends ``documents/document.html``."""
    kind, document = about.kind, about.document
    found = findings_of(request.company, kind, document.pk)
    parts = chain_of(kind, request.membership, document)
    hidden = hidden_stations(kind, request.membership, document, parts)
    on = about.on
    shown = {
        "kind": kind,
        "number": about.number,
        "document": document,
        "actions": list(offered(kind, about.number, document, request.membership)),
        "chain": parts,
        "stages": stages_of(kind, on, parts, hidden, is_over=about.is_over)
        if kind in OWN_STATION
        else [],
        "findings": found.open,
        "past_findings": found.past,
        "files": _files(request, kind, document.pk),
        "changes": _changes(request, about),
        "sections": sections_of(kind, request, document),
        "locked": [p for p in about.periods if p.status == PeriodStatus.LOCKED],
        **context,
    }
    return render(request, template, shown)


def _files(request: CompanyRequest, kind: str, pk: int) -> Sequence[Attachment]:
    found = Attachment.objects.filter(company=request.company, document_kind=kind, document_id=pk)
    return list(found.select_related("added_by").defer("content").order_by("pk"))


def _changes(request: CompanyRequest, about: About) -> Any:
    ids = [about.document.pk, *about.ids]
    currency = getattr(about.document, "currency", "") or request.company.currency
    hidden = hidden_fields(request.membership)
    return history_of(request.company, about.kinds, about.number, ids, currency, hidden)

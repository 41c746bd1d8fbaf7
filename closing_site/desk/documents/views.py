"""The search over everything, and the files beside a document."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.desk.documents.search import search
from closing_site.desk.models import Attachment
from closing_site.desk.visibility import require_visible
from closing_site.pages.downloads import as_download

LONGEST = 100


@require_safe
def find(request: CompanyRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = search(request.membership, text) if text else []
    return render(request, "documents/search.html", {"text": text, "found": found})


@require_safe
def attachment(request: CompanyRequest, key: int) -> HttpResponse:
    """To be saved, never shown: what people upload is not a page of ours."""
    found = get_object_or_404(Attachment.objects.filter(company=request.company), pk=key)
    require_visible(request.membership, found.document_kind, found.document_id)
    return as_download(bytes(found.content), found.name, "application/octet-stream")

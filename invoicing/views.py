"""Invoices as files: one, or a month's."""

from typing import cast

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.pages.company_addresses import to_page
from closing_site.pages.downloads import as_download
from closing_site.periods.models import Period
from invoicing import batch
from invoicing.models import Invoice
from invoicing.pdf import languages_of, stored_pdf


def chosen_language(request: CompanyRequest, named: str = "") -> str:
    """The one asked for as ``?language=``, else the company's. Raises Http404 for another."""
    language = named or request.GET.get("language") or request.company.language
    if language not in languages_of(request.company):
        raise Http404
    return language


@require_safe
def invoice_pdf(request: CompanyRequest, invoice: int) -> HttpResponse:
    found = get_object_or_404(Invoice.objects.seen_by(request.membership), pk=invoice)
    kept = stored_pdf(found, chosen_language(request), by=request.user)
    return as_download(bytes(kept.content), kept.name, kept.content_type, is_shown=True)


def invoice_files(request: CompanyRequest, company: str, period: str) -> HttpResponse:
    """How many of the month's are drawn, in each language; a POST has the rest drawn."""
    month = get_object_or_404(Period, company=request.company, code=period)
    if request.method == "POST":
        language = chosen_language(request, request.POST.get("language", ""))
        batch.request_invoice_pdfs(month, language, by=request.user)
        return to_page("invoice_files", company, period)
    books = [_book(month, language) for language in languages_of(request.company)]
    context = {"period": month, "books": books, "may_write": may_write(request, "invoice_files")}
    return render(request, "invoicing/files.html", context)


@require_safe
def invoice_files_progress(
    request: CompanyRequest, company: str, period: str, language: str
) -> HttpResponse:
    month = get_object_or_404(Period, company=request.company, code=period)
    book = _book(month, chosen_language(request, language))
    context = {"period": month, "book": book, "may_write": may_write(request, "invoice_files")}
    return render(request, "invoicing/files_of_language.html", context)


@require_safe
def invoice_archive(
    request: CompanyRequest, company: str, period: str, language: str
) -> StreamingHttpResponse:
    month = get_object_or_404(Period, company=request.company, code=period)
    pieces = batch.archive(month, chosen_language(request, language))
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    name = f"invoices-{company}-{period}-{language}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _book(period: Period, language: str) -> dict[str, object]:
    drawn, issued = batch.documents_of(period, language)
    return {
        "language": language,
        "title": cast(str, dict(settings.LANGUAGES)[language]),
        "drawn": drawn,
        "issued": issued,
        "run": batch.last_run(period, language),
    }

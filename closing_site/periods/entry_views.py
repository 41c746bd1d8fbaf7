"""In which month a day's fact will be posted, for the form that asks for the day."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.periods.posting import posting_of


@require_safe
def posting_hint(request: CompanyRequest) -> HttpResponse:
    """The first parameter that is a day; plain text."""
    for text in request.GET.values():
        try:
            day = date.fromisoformat(str(text))
        except ValueError:
            continue
        sentence = posting_of(request.company, day).sentence
        return HttpResponse(sentence, content_type="text/plain; charset=utf-8")
    return HttpResponse("", content_type="text/plain; charset=utf-8")

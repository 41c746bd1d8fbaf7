"""All parts of the house style on one page, with sample data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closing_site.pages import samples
from closing_site.pages.sample_list import sample_listing


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    shown = {
        "amounts": samples.amounts(),
        "tones": samples.tones(),
        "figures": samples.figures(),
        "findings": samples.findings(),
        "changes": samples.changes(),
        "stages": samples.stages(),
        "charts": samples.charts(),
        "form": samples.SampleForm(),
        "wrong": samples.wrong_form(),
        "listing": sample_listing(request),
        "consequences": [
            _("No document of 2026-06 changes any more."),
            _("Later corrections are documents of 2026-07."),
        ],
        "tabs": [
            {"url": "#tabs", "title": _("Lines"), "is_current": True, "count": 3},
            {"url": "#tabs", "title": _("History"), "is_current": False, "count": None},
        ],
    }
    is_part = request.headers.get("HX-Target") == "list"
    return render(request, "parts/list.html" if is_part else "pages/parts.html", shown)

"""Importing in the browser: upload, look it through, write it; and what was imported before."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.desk.entering import enter
from closing_site.desk.idempotency import once
from closing_site.desk.models import Run, RunState, WorkingFile
from closing_site.exchange.attaching import BAD_ROWS, COUNTS, UPLOADED, attached
from closing_site.exchange.examples import example_of
from closing_site.exchange.forms import UploadForm
from closing_site.exchange.kinds import KINDS, NOT_YET
from closing_site.exchange.missing_lines import MANY_MISSING, REMOVES, many_missing
from closing_site.exchange.outcome import report_of, shown_again
from closing_site.exchange.reading.encodings import NAMEABLE
from closing_site.exchange.tables import ImportTable
from closing_site.exchange.tasks import import_upload
from closing_site.exchange.uploads import (
    PREVIEW,
    RUN_KINDS,
    choose_kinds,
    keep_upload,
    options_of,
    write_upload,
)
from closing_site.pages.downloads import as_download, csv_download, workbook_download
from closing_site.pages.listing import list_page
from closing_site.tabular import csv_lines, workbook

MOST_SHOWN = 100
#: What may be said about all files of an import.
OPTION_NAMES = ("encoding", "discount_means")


@require_safe
def imports(request: CompanyRequest) -> HttpResponseBase:
    counts = WorkingFile.objects.filter(
        company=request.company, document_kind=COUNTS, document_id=OuterRef("pk")
    )
    runs = _runs(request).annotate(counts=Subquery(counts.values("content")[:1]))
    return list_page(
        request,
        table=ImportTable,
        queryset=runs,
        title=_("Imports"),
        empty=_("Nothing was imported here yet."),
        template="parts/entry_list.html",
        context={
            "new_url": "import_new",
            "new_title": _("Import files"),
            "may_write": may_write(request, "import_new"),
        },
    )


def import_new(request: CompanyRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["files"]

        def do() -> dict[str, int]:
            run = keep_upload(company=request.company, files=files, by=request.user)
            import_upload.defer(run=run.pk)
            return {"run": run.pk}

        if answer := enter(request, "upload", form, do):
            return redirect("import", run=answer["run"])
    shown = {
        "title": _("Import files"),
        "form": form,
        "submit": _("Look through"),
        "back": reverse("imports"),
        "kinds": [(kind.name, example_of(kind.name)[0], kind.required) for kind in KINDS.values()],
        "not_yet": NOT_YET.items(),
    }
    return render(request, "exchange/import_new.html", shown)


@require_safe
def import_run(request: CompanyRequest, run: int) -> HttpResponse:
    return render(request, "exchange/import.html", _shown(request, run))


@require_safe
def import_progress(request: CompanyRequest, run: int) -> HttpResponse:
    """How far it is; when it has ended, the page is shown anew."""
    shown = _shown(request, run)
    if not shown["goes_on"]:
        return HttpResponse(status=HTTPStatus.OK, headers={"HX-Refresh": "true"})
    return render(request, "exchange/import_progress.html", shown)


@require_POST
def import_write(request: CompanyRequest, run: int) -> HttpResponse:
    found = get_object_or_404(_runs(request), pk=run)
    skips = request.POST.get("bad_rows") == "skip"
    answer = request.POST.get("missing_lines", "")

    def do() -> dict[str, int]:
        held = write_upload(run=found, skips_bad_rows=skips, missing_lines=answer, by=request.user)
        import_upload.defer(run=held.pk)
        return {"run": held.pk}

    once(request, f"write import {found.pk}", do)
    return redirect("import", run=found.pk)


@require_POST
def import_kinds(request: CompanyRequest, run: int) -> HttpResponse:
    """What the files do not say themselves: their kind, encoding, what a discount means. They are
    scanned again."""
    found = get_object_or_404(_runs(request), pk=run)
    sent = zip(request.POST.getlist("file"), request.POST.getlist("kind"), strict=False)
    kinds = {name: kind for name, kind in sent if kind}
    options = {name: request.POST[name] for name in OPTION_NAMES if request.POST.get(name)}

    def do() -> dict[str, int]:
        held = choose_kinds(run=found, kinds=kinds, options=options, by=request.user)
        import_upload.defer(run=held.pk)
        return {"run": held.pk}

    if kinds or options:
        once(request, f"kinds of import {found.pk}", do)
    return redirect("import", run=found.pk)


@require_safe
def import_file(request: CompanyRequest, run: int, file: int) -> HttpResponse:
    """A file as it was uploaded, or the rows of it that are bad."""
    found = get_object_or_404(_runs(request), pk=run)
    kept = get_object_or_404(
        WorkingFile,
        company=request.company,
        document_id=found.pk,
        document_kind__in=[UPLOADED, BAD_ROWS],
        pk=file,
    )
    return as_download(bytes(kept.content), kept.name, kept.content_type)


@require_safe
def import_template(request: CompanyRequest, kind: str, form: str) -> HttpResponseBase:
    """A file of this kind with its header and one example."""
    if kind not in KINDS or form not in ("csv", "xlsx"):
        raise Http404
    names, row = example_of(kind)
    if form == "xlsx":
        return workbook_download(kind, workbook(kind, names, [row]))
    return csv_download(kind, csv_lines(names, [row]))


def _many_missing(report: dict[str, Any] | None) -> dict[str, str] | None:
    """The question that has to be answered before anything is written, with its answer."""
    if not report or not report.get("needs_confirmation"):
        return None
    found = report["missing_lines"]
    return {"question": _(MANY_MISSING) % many_missing(found), "answer": found["answer"]}


def _removal(report: dict[str, Any] | None) -> str:
    """Which lines it removes without a question, with their amount."""
    found = (report or {}).get("missing_lines", {})
    if not found.get("removed") or _many_missing(report):
        return ""
    return _(REMOVES) % many_missing(found)


def _runs(request: CompanyRequest) -> QuerySet[Run]:
    found = Run.objects.filter(company=request.company, kind__in=RUN_KINDS)
    return found.select_related("company")


def _shown(request: CompanyRequest, run: int) -> dict[str, Any]:
    found = get_object_or_404(_runs(request), pk=run)
    told = report_of(found)
    report = shown_again(told) if told else None
    options = options_of(found)
    goes_on = found.state in (RunState.QUEUED, RunState.RUNNING)
    bad = {kept.name: kept.pk for kept in attached(found, BAD_ROWS).only("name")}
    files = report["files"] if report else []
    for file in files:
        file["shown"] = file["bad"][:MOST_SHOWN]
        file["more"] = file["bad_count"] - len(file["shown"])
        file["bad_rows"] = bad.get(file["bad_file"])
    skipped = report["skipped_files"] if report else []
    not_yet = [name for name in skipped if Path(name).stem.casefold() in NOT_YET]
    return {
        "run": found,
        "refused": (report or {}).get("refused", found.message),
        "not_yet": not_yet,
        "unnamed": [name for name in skipped if name not in not_yet],
        "kinds": list(KINDS),
        "report": report,
        "files": files,
        "asks": {file.get("asks", "") for file in files} - {""} | set(options),
        "options": options,
        "encodings": NAMEABLE.items(),
        "uploaded": attached(found, UPLOADED).only("name"),
        "goes_on": goes_on,
        "has_failed": found.state == RunState.FAILED,
        "is_preview": found.kind == PREVIEW,
        "is_written": bool(report and report["written"]),
        "has_bad": any(file["bad_count"] for file in files),
        "has_change": any(file["new"] or file["changed"] or file.get("removed") for file in files),
        "has_removed": any(file.get("removed") for file in files),
        "many_missing": _many_missing(report),
        "removal": _removal(report),
        "may_write": may_write(request, "import_write"),
    }

"""What an import told, kept for readers of any language."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from closing_site.companies.models import User
from closing_site.desk.models import Run
from closing_site.exchange.attaching import BAD_ROWS, COUNTS, REPORT, attached, keep
from closing_site.exchange.importing import ImportReport
from closing_site.refusals import Refusal
from closing_site.staged import Problem
from closing_site.told import kept, told_again

#: Of more bad rows a page tells nothing new; the file of bad rows has them all.
MOST_TOLD: Final = 500


def report_of(run: Run) -> dict[str, Any] | None:
    """What the run told last; None before it has ended."""
    kept = attached(run, REPORT).first()
    report: dict[str, Any] | None = json.loads(bytes(kept.content)) if kept else None
    return report


def keep_report(run: Run, report: ImportReport, folder: Path, by: User) -> None:
    """In the place of what it told before, with the files of bad rows."""
    attached(run, BAD_ROWS).delete()
    counts: dict[str, int] = dict.fromkeys(("new", "changed", "unchanged", "bad"), 0)
    files = []
    for file in report.files:
        bad, notes = file.bad[:MOST_TOLD], file.notes[:MOST_TOLD]
        told = asdict(replace(file, bad=[], notes=[]))
        told["bad"], told["notes"] = [_kept(one) for one in bad], [_kept(one) for one in notes]
        told["unknown_columns"] = [kept(name) for name in file.unknown_columns]
        files.append(told)
        for name in ("new", "changed", "unchanged"):
            counts[name] += told[name]
        counts["bad"] += file.bad_count
        if file.bad_file:
            keep(run, BAD_ROWS, file.bad_file, (folder / file.bad_file).read_bytes(), by)
    told = {
        "written": report.written,
        "skipped_files": report.skipped_files,
        "files": files,
        "missing_lines": asdict(report.missing_lines),
        "needs_confirmation": report.needs_confirmation,
    }
    _keep_told(run, told, {**counts, "written": report.written}, by)


def keep_refusal(run: Run, refusal: Refusal, by: User) -> None:
    """Why it failed, for readers of any language."""
    told = {"refused": kept(refusal.message)}
    _keep_told(run, {"written": False, "skipped_files": [], "files": [], **told}, told, by)


def _keep_told(run: Run, report: dict[str, Any], counts: dict[str, Any], by: User) -> None:
    for kind, name, told in ((REPORT, "report", report), (COUNTS, "counts", counts)):
        attached(run, kind).delete()
        keep(run, kind, f"{name}.json", json.dumps(told).encode(), by)


def _kept(problem: Problem) -> dict[str, Any]:
    return {**asdict(problem), "reason": kept(problem.reason)}


def shown_again(report: dict[str, Any]) -> dict[str, Any]:
    """The same in the language of the reader."""
    for file in report["files"]:
        file["unknown_columns"] = [told_again(name) for name in file["unknown_columns"]]
        for problem in [*file["bad"], *file.get("notes", ())]:
            problem["reason"] = told_again(problem["reason"])
    if "refused" in report:
        report["refused"] = told_again(report["refused"])
    return report

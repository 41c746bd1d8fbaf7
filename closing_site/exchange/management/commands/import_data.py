"""``manage.py import_data PATH --company CODE``: see CONTRACT, exchange files."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from closing_site.companies.management.company_command import (
    DONE,
    REFUSED,
    CompanyCommand,
    Result,
)
from closing_site.companies.members import PREPARERS, require_role
from closing_site.companies.models import Company
from closing_site.exchange.importing import import_path
from closing_site.exchange.missing_lines import MANY_MISSING, many_missing
from closing_site.exchange.reading.discounts import MEANINGS
from orders.recording.missing import ALL_MISSING

SYSTEM = "system"
REMOVE_OPTION = gettext_noop(
    "Check the export of the source. To remove these lines, run again with --remove-missing-lines."
)


class Command(CompanyCommand):
    help = "Imports a file or a folder of exchange files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="a file or a folder")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, tell what would")
        parser.add_argument(
            "--skip-bad-rows",
            action="store_true",
            help="write the good rows, and the bad ones to a file beside",
        )
        parser.add_argument(
            "--remove-missing-lines",
            action="store_true",
            help="confirm that order lines which the files lack are removed, however many",
        )
        parser.add_argument(
            "--encoding",
            default="",
            metavar="NAME",
            help="the encoding of CSV files that are not UTF-8, as cp1252 or gb18030",
        )
        parser.add_argument(
            "--discount-means",
            choices=MEANINGS,
            default="",
            help="whether a discount under 折扣 is percent off the price or percent of the price",
        )
        parser.add_argument("--as", dest="by", default=SYSTEM, metavar="USER", help="who imports")

    def run_command(self, company: Company, **options: Any) -> tuple[Result, int]:
        if options["by"] != SYSTEM:
            require_role(company, options["by"], PREPARERS)
        report = import_path(
            company=company,
            path=options["path"],
            is_dry_run=options["dry_run"],
            skips_bad_rows=options["skip_bad_rows"],
            missing_lines=ALL_MISSING if options["remove_missing_lines"] else None,
            encoding=options["encoding"],
            discount_means=options["discount_means"],
            by=options["by"],
        )
        is_refused = (
            report.needs_confirmation
            or report.has_questions
            or (report.has_bad_rows and not options["skip_bad_rows"])
        )
        return asdict(report), REFUSED if is_refused else DONE

    def print_text(self, result: Result) -> None:
        for file in result["files"]:
            counts = {name: file[name] for name in ("rows", "new", "changed", "unchanged")}
            counts["bad"] = file["bad_count"]
            told = _("%(rows)s rows: %(new)s new, %(changed)s changed, %(unchanged)s unchanged,")
            told += " " + _("%(bad)s bad")
            if file["removed"]:
                told += ", " + _("%(removed)s removed") % {"removed": file["removed"]}
            kind = ", ".join(filter(None, (file["kind"], file["encoding"])))
            self.stdout.write(f"{file['file']} ({kind}): {told % counts}")
            for bad in file["bad"]:
                where = _("line %(line)s, %(column)s, %(value)r: %(reason)s") % bad
                self.stdout.write(f"  {where}")
            if more := file["bad_count"] - len(file["bad"]):
                self.stdout.write("  " + _("and %(count)s bad rows more") % {"count": more})
            for note in file["notes"]:
                self.stdout.write("  " + _("line %(line)s: %(reason)s") % note)
            if file["unknown_columns"]:
                names = ", ".join(file["unknown_columns"])
                self.stdout.write("  " + _("unknown columns: %(names)s") % {"names": names})
            if file["bad_file"]:
                self.stdout.write("  " + _("bad rows are in %(file)s") % {"file": file["bad_file"]})
        for name in result["skipped_files"]:
            self.stdout.write(_("skipped: %(file)s") % {"file": name})
        if result["needs_confirmation"]:
            self.stdout.write(_(MANY_MISSING) % many_missing(result["missing_lines"]))
            self.stdout.write(_(REMOVE_OPTION))
        self.stdout.write(_("Written.") if result["written"] else _("Nothing was written."))

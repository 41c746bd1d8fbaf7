"""``manage.py report``: see CONTRACT."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import translation

from closing_site.companies.management.company_command import (
    DONE,
    CompanyCommand,
    Result,
    write_file,
)
from closing_site.companies.models import Company
from closing_site.periods.actions import existing_period
from closing_site.periods.models import Period
from reports import pack
from reports.errors import NeedsAFile, PackIsPdf
from reports.figures import REPORTS
from reports.files import FORMATS, content_of
from reports.report import Figures, figures

NAMES = [*REPORTS, pack.NAME]


class Command(CompanyCommand):
    only_reads = True
    help = "Prints a report of one month, or writes it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
        parser.add_argument("--period", required=True, metavar="YYYY-MM")
        parser.add_argument(
            "--format", choices=FORMATS, help="json where nothing is said; the pack is a pdf"
        )
        parser.add_argument("--output", type=Path, metavar="FILE")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            help="the company's where none is named",
        )

    def run_command(self, company: Company, **options: Any) -> tuple[Result, int]:
        """Without a file the result is the report itself, as JSON asks for it."""
        period = existing_period(company, options["period"])
        path: Path | None = options["output"]
        self.text = ""
        language: str = options["language"] or company.language
        if options["name"] == pack.NAME:
            return self._hand_out_pack(period, options["format"] or "pdf", path, language), DONE
        with translation.override(language):
            return self._write(period, path, options["name"], options["format"] or "json"), DONE

    def _write(self, period: Period, path: Path | None, name: str, wanted: str) -> Result:
        found = figures(REPORTS[name], period)
        if path is None:
            return self._print(found, period, wanted)
        write_file(path, content_of(found, period, wanted))
        told = {"report": name, "company": period.company.code, "period": period.code}
        return told | {"format": wanted, "output": str(path), "rows": len(found.rows)}

    def _print(self, found: Figures, period: Period, wanted: str) -> Result:
        if not FORMATS[wanted].is_text:
            raise NeedsAFile(format=wanted)
        self.text = content_of(found, period, wanted).decode()
        return found.as_json()

    def _hand_out_pack(
        self, period: Period, wanted: str, path: Path | None, language: str
    ) -> Result:
        if wanted != "pdf":
            raise PackIsPdf(format=wanted)
        if path is None:
            raise NeedsAFile(format=wanted)
        handed_out = pack.pack_of(period, language)
        write_file(path, bytes(handed_out.content))
        return {
            "report": pack.NAME,
            "company": period.company.code,
            "period": period.code,
            "format": wanted,
            "language": language,
            "output": str(path),
            "sha256": handed_out.sha256,
            "seal": handed_out.seal.digest,
        }

    def print_text(self, result: Result) -> None:
        if self.text:
            self.stdout.write(self.text, ending="")
        else:
            super().print_text(result)

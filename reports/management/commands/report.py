"""``manage.py report``: see CONTRACT."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from closing_site.companies.management.company_command import DONE, CompanyCommand
from closing_site.companies.models import Company
from closing_site.periods.calendar import first_day_of, month_code
from reports.errors import CannotBeWritten, NeedsAFile
from reports.figures import REPORTS
from reports.formats import as_csv, as_xlsx
from reports.report import Figures, figures, reported_period


def as_json(found: Figures) -> str:
    return json.dumps(found.as_json(), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Figures], str | bytes]] = {
    "json": as_json,
    "csv": as_csv,
    "xlsx": as_xlsx,
}


class Command(CompanyCommand):
    help = "Prints a report of one month, or writes it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=REPORTS, metavar="NAME", help=", ".join(REPORTS))
        parser.add_argument("--period", required=True, metavar="YYYY-MM")
        parser.add_argument("--format", choices=FORMATS, default="json")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def run_command(self, company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        """Without a file the result is the report itself, as JSON asks for it."""
        period = reported_period(company, month_code(first_day_of(options["period"])))
        found = figures(REPORTS[options["name"]], period)
        content = FORMATS[options["format"]](found)
        path: Path | None = options["output"]
        self.text = ""
        if path is None:
            if isinstance(content, bytes):
                raise NeedsAFile(format=options["format"])
            self.text = content
            return found.as_json(), DONE
        try:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            raise CannotBeWritten(path=path, reason=error.strerror) from error
        return {
            "report": options["name"],
            "company": company.code,
            "period": period.code,
            "format": options["format"],
            "output": str(path),
            "rows": len(found.rows),
        }, DONE

    def print_text(self, result: dict[str, Any]) -> None:
        if self.text:
            self.stdout.write(self.text, ending="")
        else:
            super().print_text(result)

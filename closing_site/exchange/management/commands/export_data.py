"""``manage.py export_data DIR --company CODE``: a company as exchange files."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from closing_site.companies.management.company_command import DONE, CompanyCommand, Result
from closing_site.companies.models import Company
from closing_site.exchange.exporting import MANIFEST, export_company


class Command(CompanyCommand):
    only_reads = True
    help = (
        "Writes a company's customers, products, orders, deliveries, payments and opening items to"
        " a new folder of exchange files, which import_data reads."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is to be made")

    def run_command(self, company: Company, **options: Any) -> tuple[Result, int]:
        folder = options["folder"].absolute()
        return {"folder": str(folder), **export_company(company, folder)}, DONE

    def print_text(self, result: Result) -> None:
        for file in result["files"]:
            self.stdout.write(_("%(file)s: %(rows)s rows") % file)
        if result["not_imported"]:
            names = ", ".join(result["not_imported"])
            self.stdout.write(_("import_data does not read yet: %(names)s") % {"names": names})
        if result["not_carried"]:
            counts = ", ".join(f"{name} ({rows})" for name, rows in result["not_carried"].items())
            self.stdout.write(_("No exchange file holds: %(names)s") % {"names": counts})
        said = {"file": MANIFEST, "folder": result["folder"]}
        self.stdout.write(_("%(folder)s is whole; %(file)s says what is in it.") % said)

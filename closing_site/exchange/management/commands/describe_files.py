"""``manage.py describe_files``: every column of the exchange files, as in docs/files.md."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from closing_site.companies.management.company_command import write_file
from closing_site.exchange.described import files_page


class Command(BaseCommand):
    help = "Writes the table of all columns of the exchange files, in Markdown."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["output"] is None:
            self.stdout.write(files_page())
        else:
            write_file(options["output"], files_page().encode())

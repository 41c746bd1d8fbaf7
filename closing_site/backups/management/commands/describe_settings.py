"""``manage.py describe_settings``: every variable of the environment, as in docs/settings.md."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from closing_site.backups.variables import settings_page
from closing_site.companies.management.company_command import write_file


class Command(BaseCommand):
    help = "Writes the table of all variables of the environment, in Markdown."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["output"] is None:
            self.stdout.write(settings_page())
        else:
            write_file(options["output"], settings_page().encode())

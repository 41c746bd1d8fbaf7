"""``manage.py list_components``: the packages the program runs with, and their licences."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from closing_site.backups.components import as_cyclonedx, as_page, components
from closing_site.companies.management.company_command import DONE, REFUSED, write_file


class Command(BaseCommand):
    help = (
        "Lists the packages the program runs with, and their licences. Status 1: one of them is"
        " under a licence that is not allowed, or not judged."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=("page", "cyclonedx"), default="page")
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        found = components()
        if options["format"] == "cyclonedx":
            text = json.dumps(as_cyclonedx(found), indent=2) + "\n"
        else:
            text = as_page(found)
        if options["output"] is None:
            self.stdout.write(text, ending="")
        else:
            write_file(options["output"], text.encode())
        refused = [one for one in found if not one.is_allowed]
        for one in refused:
            self.stderr.write(f"{one.name} {one.version}: {one.licence} is not allowed")
        if (status := REFUSED if refused else DONE) != DONE:
            sys.exit(status)

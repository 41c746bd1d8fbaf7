"""``manage.py backup FILE``: the whole installation in one file, while people work."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from closing_site.backups.making import make_backup
from closing_site.companies.management.company_command import DONE, JsonCommand, Result


class Command(JsonCommand):
    help = (
        "Writes the whole installation (every company, its seals, packs and attachments) to a new"
        " file. The seal key is never in it: keep it elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def run_json(self, **options: Any) -> tuple[Result, int]:
        return make_backup(options["file"].absolute()), DONE

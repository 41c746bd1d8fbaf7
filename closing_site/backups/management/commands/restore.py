"""``manage.py restore FILE``: a backup into an empty database, checked."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from closing_site.backups.restoring import restore_backup
from closing_site.companies.management.company_command import DONE, REFUSED, JsonCommand, Result


class Command(JsonCommand):
    help = (
        "Restores a backup into an empty database, brings it up to this version and checks every"
        " company against the checkpoint in the backup. Status 1: something is not as it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def run_json(self, **options: Any) -> tuple[Result, int]:
        result = restore_backup(options["file"].absolute())
        is_whole = not any(one["findings"] for one in result["companies"])
        return result, DONE if is_whole else REFUSED

    def print_text(self, result: Result) -> None:
        self.stdout.write(f"Restored {result['file']}, made at {result['made_at']}.")
        for one in result["companies"]:
            found = one["findings"]
            said = (
                f"{len(found)} findings" if found else "every invariant holds, every seal is valid"
            )
            self.stdout.write(f"{one['company']}: {said}")
            for problem in found:
                self.stdout.write(
                    f"  invariant {problem['law']}: {problem['table']} {problem['number']}:"
                    f" {problem['problem']}"
                )
            if one["key_differs"]:
                self.stdout.write(
                    f"{one['company']}: not compared with its checkpoint, which another seal key"
                    " signed. Name the key of the old installation in CLOSING_SEAL_KEY_FILE and run"
                    f" verify_integrity --company {one['company']} --checkpoint FILE."
                )
        for place, people in result["unknown_people"].items():
            if people is None:
                self.stdout.write(
                    f"{place} did not answer: run check_configuration once it does, before people"
                    " are invited."
                )
            elif people:
                self.stdout.write(
                    f"{place} names people who are not at home: {', '.join(people)}. They cannot"
                    " sign in. Restore a newer backup of home, or invite them under another name."
                )

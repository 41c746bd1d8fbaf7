"""``manage.py check_configuration``: what is missing or weak before people use it."""

from typing import Any

from closing_site.backups.configuration import WRONG, checked_configuration
from closing_site.companies.management.company_command import DONE, REFUSED, JsonCommand, Result


class Command(JsonCommand):
    help = "Looks at settings, roles, rules, backups and tools. Status 1: something is wrong."

    def run_json(self, **options: Any) -> tuple[Result, int]:
        found = checked_configuration()
        is_wrong = any(one.state == WRONG for one in found)
        return {"checks": [one.as_json() for one in found]}, REFUSED if is_wrong else DONE

    def print_text(self, result: Result) -> None:
        for one in result["checks"]:
            self.stdout.write(f"{one['state']:8} {one['name']}: {one['says']}")

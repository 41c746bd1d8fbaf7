"""``manage.py make_demo``: the demo company, made once; ``./run`` calls it at each start."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from closing_site.companies.management.company_command import DONE, JsonCommand, Result
from closing_site.demo.actions import CODE, demo_exists, make_demo
from closing_site.demo.errors import DemoNotAgreed
from closing_site.demo.people import PEOPLE


class Command(JsonCommand):
    help = "Makes the demo company, where it is not there yet, and tells its logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--yes-demo",
            action="store_true",
            help="with DEBUG=0 too: everyone knows its passwords",
        )

    def run_json(self, **options: Any) -> tuple[Result, int]:
        begun = time.monotonic()
        is_new = False
        if not demo_exists():
            if not settings.DEBUG and not options["yes_demo"]:
                raise DemoNotAgreed()
            is_new = make_demo()
        return {
            "company": CODE,
            "made": is_new,
            "seconds": round(time.monotonic() - begun, 2),
            "logins": [
                {"user": person.username, "password": person.password, "role": person.role}
                for person in PEOPLE
            ],
        }, DONE

    def print_text(self, result: Result) -> None:
        if result["made"]:
            self.stdout.write(f"Demo company {CODE} made in {result['seconds']} s.")
        logins = ", ".join(f"{login['user']} / {login['password']}" for login in result["logins"])
        self.stdout.write(f"Demo logins: {logins}")
        if not settings.DEMO_CAN_SIGN_IN:
            # Everyone knows these passwords.
            self.stdout.write(
                "With DEBUG=0 they open nothing: `./run manage changepassword USER` gives another."
            )

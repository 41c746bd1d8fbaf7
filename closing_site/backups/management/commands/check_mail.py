"""``manage.py check_mail [--to ADDRESS]``: whether the SMTP server takes mail from here."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.core.validators import validate_email

from closing_site.backups.errors import NoMailServer, NotAnAddress
from closing_site.backups.mail import mail_steps
from closing_site.companies.management.company_command import DONE, REFUSED, JsonCommand, Result


class Command(JsonCommand):
    help = (
        "Connects to the SMTP server, checks its certificate, signs in, and with --to sends one"
        " test message. Status 1: a step failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", metavar="ADDRESS", help="who gets a test message")

    def run_json(self, **options: Any) -> tuple[Result, int]:
        if not settings.EMAIL_HOST:
            raise NoMailServer()
        if options["to"]:
            _require_addresses(options["to"], settings.DEFAULT_FROM_EMAIL)
        steps = list(mail_steps(options["to"]))
        status = DONE if all(step.is_well for step in steps) else REFUSED
        return {"steps": [asdict(step) for step in steps]}, status

    def print_text(self, result: Result) -> None:
        for step in result["steps"]:
            state = "ok" if step["is_well"] else "failed"
            self.stdout.write(f"{state:8} {step['name']}: {step['says']}")


def _require_addresses(*addresses: str) -> None:
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError as error:
            raise NotAnAddress(address=address or "EMAIL_FROM") from error

"""``manage.py create_company``: a set of books, with all that its first close needs."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from closing_site.companies.management.company_command import (
    DONE,
    JsonCommand,
    Result,
    argument,
    member,
)
from closing_site.companies.models import Role
from closing_site.periods.calendar import first_day_of, month_code
from closing_site.wizard.opening_books import open_books


class Command(JsonCommand):
    help = "Makes a company with its chart of accounts, standard procedure and first period."

    def add_arguments(self, parser: CommandParser) -> None:
        languages = [code for code, _ in settings.LANGUAGES]
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--name", required=True)
        parser.add_argument("--currency", required=True, help="base currency, as in ISO 4217")
        parser.add_argument("--country", required=True, help="two letters, as in ISO 3166")
        parser.add_argument(
            "--first-period", required=True, type=argument(first_day_of), metavar="YYYY-MM"
        )
        parser.add_argument("--language", choices=languages, default="en")
        parser.add_argument("--tax-id", default="")
        parser.add_argument("--address", default="")
        parser.add_argument("--bank", default="")
        parser.add_argument(
            "--member",
            dest="members",
            type=member,
            action="append",
            default=[],
            metavar="USER:ROLE",
            help=f"repeatable; roles: {', '.join(Role.values)}; who does not exist is made",
        )

    def run_json(self, **options: Any) -> tuple[Result, int]:
        books = open_books(
            code=options["code"],
            name=options["name"],
            currency=options["currency"],
            country=options["country"],
            first_period=month_code(options["first_period"]),
            language=options["language"],
            tax_id=options["tax_id"],
            address=options["address"],
            bank=options["bank"],
            members=options["members"],
            by="create_company",
        )
        company = books.company
        return {
            "company": company.code,
            "name": company.name,
            "currency": company.currency,
            "country": company.country,
            "language": company.language,
            "first_period": month_code(company.first_day),
            "accounts": {account.role: account.code for account in books.accounts},
            "procedure": [step.step for step in books.procedure],
            "members": [{"user": m.user.username, "role": m.role} for m in books.members],
        }, DONE

    def print_text(self, result: Result) -> None:
        self.stdout.write(
            f"Company {result['company']} ({result['name']}) begins with {result['first_period']}"
            f" in {result['currency']}: {len(result['accounts'])} accounts,"
            f" {len(result['procedure'])} steps, {len(result['members'])} members."
        )

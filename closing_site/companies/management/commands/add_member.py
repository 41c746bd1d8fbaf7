"""``manage.py add_member``: for who runs the machine, where a company has no administrator."""

from typing import Any

from django.core.management.base import CommandParser

from closing_site.companies.actions import add_member
from closing_site.companies.management.company_command import (
    DONE,
    CompanyCommand,
    Result,
    member,
)
from closing_site.companies.models import Company

BY = "add_member"


class Command(CompanyCommand):
    help = "Gives people a role in a company; who does not exist is made, without a password."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("members", type=member, nargs="+", metavar="USER:ROLE")

    def run_command(self, company: Company, **options: Any) -> tuple[Result, int]:
        made = [
            add_member(company=company, username=user, role=role, by=BY)
            for user, role in options["members"]
        ]
        return {"members": [{"user": m.user.username, "role": m.role} for m in made]}, DONE

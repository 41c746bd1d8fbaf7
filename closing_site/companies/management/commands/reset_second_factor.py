"""``manage.py reset_second_factor``: for who lost their phone and their recovery codes."""

from typing import Any

from django.core.management.base import CommandParser

from closing_site.companies.errors import UnknownUser
from closing_site.companies.management.company_command import DONE, JsonCommand, Result
from closing_site.companies.models import User
from closing_site.companies.second_factor import switch_off

BY = "reset_second_factor"


class Command(JsonCommand):
    help = "Takes a person's second factor away: the password alone signs them in, and the audit of\
 each of their companies says so. Make sure first who asks for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")

    def run_json(self, **options: Any) -> tuple[Result, int]:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise UnknownUser(user=options["user"])
        had_one = user.second_factor_since is not None
        switch_off(user=user, by=BY)
        return {"user": user.username, "reset": had_one}, DONE

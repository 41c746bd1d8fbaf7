"""``manage.py end_sessions``: signs a person, or everybody, out at once."""

from typing import Any

from django.core.management.base import CommandParser

from closing_site.companies.errors import UnknownUser
from closing_site.companies.management.company_command import DONE, JsonCommand, Result
from closing_site.companies.models import User
from closing_site.companies.sessions import end_sessions
from closing_site.placing import at_home


class Command(JsonCommand):
    help = "Ends the sessions of a person, or of everybody: they sign in again. What they had typed\
 and not sent is kept on their page."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("user", nargs="?")
        who.add_argument("--all", action="store_true", help="of everybody")

    @at_home
    def run_json(self, **options: Any) -> tuple[Result, int]:
        name = options["user"]
        user = User.objects.filter(username=name).first() if name else None
        if name and user is None:
            raise UnknownUser(user=name)
        return {"user": name or "", "ended": end_sessions(user)}, DONE

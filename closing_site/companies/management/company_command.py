"""The base of the commands that scripts call: one JSON object, and a status they can trust.

A subclass implements ``run_command(company, **options) -> (result, status)``. The result is what
``--json`` prints and what ``print_text(result)`` tells a person; the status is 0 for done, and 1
where a check has findings. What is refused raises ``Refusal``: status 1 and its message, or status
2 where it is ``WrongUsage``. A law of the database that refuses counts as a refusal. What a command
tells is in the company's language.
"""

import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError
from django.utils import translation
from psycopg.errors import CheckViolation

from closing_site.companies.errors import CannotBeWritten, WrongUsage
from closing_site.companies.members import company_by_code
from closing_site.companies.models import Company, Role
from closing_site.refusals import Refusal, refusal_of

Result = dict[str, Any]
Value = TypeVar("Value")

DONE = 0
REFUSED = 1
WRONG = 2


def argument(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """A ``type`` for argparse: what ``parse`` refuses is wrong usage."""

    def parsed(text: str) -> Value:
        try:
            return parse(text)
        except Refusal as refusal:
            raise ArgumentTypeError(refusal.message.replace("%", "%%")) from refusal

    return parsed


def write_file(path: Path, content: bytes) -> None:
    """Raises CannotBeWritten."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CannotBeWritten(path=path, reason=error.strerror) from error


class JsonCommand(BaseCommand):
    """A command with ``--json`` that belongs to no company yet; see the module."""

    requires_system_checks = ()

    def run_json(self, **options: Any) -> tuple[Result, int]:
        raise NotImplementedError

    def print_text(self, result: Result) -> None:
        """For people; where nothing better is said, the figures of the result line by line."""
        for name, value in result.items():
            if not isinstance(value, dict | list):
                self.stdout.write(f"{name}: {value}")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        told = parser.error

        def error(message: str) -> None:
            if "--json" in sys.argv:
                self._print_json({"refused": message})
            told(message)

        parser.error = error  # type: ignore[method-assign]
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        is_json = options.pop("json")
        # The company's language is set on the way, and the refusal's message is in it.
        with translation.override(translation.get_language()):
            self._answer(is_json, options)

    def _answer(self, is_json: bool, options: dict[str, Any]) -> None:
        # Whatever is printed on the way is not for the script that reads the object.
        silenced = redirect_stdout(sys.stderr) if is_json else nullcontext()
        try:
            with silenced:
                result, status = self.run_json(**options)
        except Refusal as refusal:
            self._refuse(refusal, is_json=is_json)
        except IntegrityError as broken:
            if not isinstance(broken.__cause__, CheckViolation):
                raise
            self._refuse(refusal_of(broken), is_json=is_json)
        if is_json:
            self._print_json(result)
        else:
            self.print_text(result)
        if status:
            sys.exit(status)

    def _refuse(self, refusal: Refusal, *, is_json: bool) -> NoReturn:
        message = refusal.message
        if is_json:
            self._print_json({"refused": message})
        self.stderr.write(message)
        sys.exit(WRONG if isinstance(refusal, WrongUsage) else REFUSED)

    def _print_json(self, result: Result) -> None:
        # ASCII: the terminal of a Chinese Windows reads no UTF-8.
        self.stdout.write(json.dumps(result, cls=DjangoJSONEncoder))


class CompanyCommand(JsonCommand):
    """A command on the books of one company; see the module."""

    #: Changes nothing in the books: with ``--at`` it reads those that were moved away, too.
    only_reads = False

    def run_command(self, company: Company, **options: Any) -> tuple[Result, int]:
        raise NotImplementedError

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--company", required=True, metavar="CODE", help="the set of books")
        return parser

    def run_json(self, **options: Any) -> tuple[Result, int]:
        company = company_by_code(options.pop("company"), to_read=self.only_reads)
        translation.activate(company.language)
        return self.run_command(company, **options)


def member(text: str) -> tuple[str, str]:
    user, colon, role = text.partition(":")
    if not (user and colon and role):
        raise ArgumentTypeError(f"'{text}' must have the form USER:ROLE")
    if role not in Role.values:
        raise ArgumentTypeError(f"'{role}' is no role; there are: {', '.join(Role.values)}")
    return user, role

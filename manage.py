#!/usr/bin/env python
"""Django's command line. ``./run manage COMMAND`` runs it with everything it needs."""

import os
import subprocess
import sys
import time

import django
from django.core.management import execute_from_command_line

from closing_site.environment import ConfigurationError, places
from closing_site.serving_role import refuse_owner

WAIT_SECONDS = 10
#: Commands that serve for as long as they run, so that the role they connect as matters.
SERVING = {"procrastinate", "runserver", "worker"}


def _place(arguments: list[str]) -> tuple[list[str], str]:
    """The arguments without ``--at NAME``, and the name of the database (CLOSING_DATABASES): the
    one said, else the one that holds the books of ``--company``."""
    if arguments[1:2] == ["--at"] and len(arguments) > 3:
        return [arguments[0], *arguments[3:]], arguments[2]
    if "CLOSING_AT" in os.environ or not os.environ.get("CLOSING_DATABASES", "").strip():
        return arguments, ""
    for at, argument in enumerate(arguments):
        name, _, code = argument.partition("=")
        if name == "--company":
            return arguments, _place_of(code or "".join(arguments[at + 1 : at + 2]))
    return arguments, ""


def _place_of(code: str) -> str:
    for name, place in places("CLOSING_DATABASES").items():
        if code.casefold() in place.codes:
            return name
    return "home"


def _wait_for_place() -> None:
    """A worker of a database that is away waits for it, and keeps nobody from the others."""
    from django.db import OperationalError, connection  # noqa: PLC0415

    while os.environ.get("CLOSING_AT", "home") != "home":
        try:
            connection.ensure_connection()
        except OperationalError as error:
            print(f"{os.environ['CLOSING_AT']}: {error}", file=sys.stderr, flush=True)
            time.sleep(WAIT_SECONDS)
        else:
            return


def _each(arguments: list[str]) -> int:
    """The command on every database, home first; the worst status of all."""
    status = 0
    for name in ("home", *places("CLOSING_DATABASES")):
        print(f"-- {name}", file=sys.stderr, flush=True)
        command = [sys.executable, arguments[0], "--at", name, *arguments[1:]]
        status = max(status, subprocess.run(command, check=False).returncode)
    return status


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closing_site.settings")
    arguments, place = _place(arguments)
    try:
        if place == "each":
            return _each(arguments)
        if place:
            os.environ["CLOSING_AT"] = place
        if SERVING & set(arguments[1:2]):
            django.setup()
            _wait_for_place()
            refuse_owner()
        execute_from_command_line(arguments)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))

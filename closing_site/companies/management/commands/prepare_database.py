"""``manage.py prepare_database``: what ./run does before it serves, in one process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from closing_site.database_objects.answering import wait_for
from closing_site.database_objects.install import prepare
from closing_site.environment import ConfigurationError
from closing_site.serving_role import address_variables, refuse_owner, require_owner

OLDEST_VERSION = 15

#: Tells databases apart without any special right.
IDENTITY = "SELECT current_database(), pg_postmaster_start_time()"


class Command(BaseCommand):
    help = "Migrates the database as its owner, installs its rules, grants the roles their rights."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        says = "begin once both servers answer: when a machine starts, its database may come later"
        parser.add_argument("--wait", action="store_true", help=says)

    def handle(self, *args: Any, wait: bool, **options: Any) -> None:
        require_owner()
        owner, app = connections["owner"], connections["default"]
        of_app, of_owner = address_variables()
        if wait:
            for one, variable in ((owner, of_owner), (app, of_app)):
                wait_for(one.settings_dict, variable, say=self.stderr.write)
        identity = _identity(owner, of_owner)
        if identity != _identity(app, of_app):
            raise ConfigurationError(f"{of_app} and {of_owner} name two databases.")
        if owner.get_database_version()[0] < OLDEST_VERSION:
            raise ConfigurationError(f"{of_owner}: PostgreSQL {OLDEST_VERSION} or newer is needed.")
        refuse_encoding(owner, of_owner)
        prepare(output=self.stderr)
        owner.close()
        refuse_owner()


def _identity(connection: BaseDatabaseWrapper, variable: str) -> tuple[object, ...]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(IDENTITY)
            row: tuple[object, ...] = cursor.fetchone()
            return row
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ConfigurationError(f"{variable}: no connection: {reason}") from error


def refuse_encoding(connection: BaseDatabaseWrapper, variable: str) -> None:
    """A server whose language is C makes databases that count bytes, not characters."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        ((encoding,),) = cursor.fetchall()
    if encoding != "UTF8":
        raise ConfigurationError(
            f"{variable}: the encoding of the database is {encoding}, not UTF8: make it anew"
            " with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'."
        )

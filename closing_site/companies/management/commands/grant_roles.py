"""``manage.py grant_roles``: what each database role may do, granted by the owner."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections, transaction

from closing_site.environment import ConfigurationError
from closing_site.grants import grant_roles
from closing_site.serving_role import address_variables, require_owner


class Command(BaseCommand):
    help = "Grants the database roles their rights; run after every migration, any number of times."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        require_owner()
        app = settings.DATABASES["default"]["USER"]
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = %s", [app])
            if cursor.fetchone() is None:
                variable = address_variables()[0]
                raise ConfigurationError(f"{variable}: there is no database role '{app}'.")
            to_be_run_by_others = grant_roles(cursor.cursor, app)
        if to_be_run_by_others:
            self.stderr.write("-- The owner may not create roles. Let an administrator run:")
            for statement in to_be_run_by_others:
                self.stderr.write(statement)

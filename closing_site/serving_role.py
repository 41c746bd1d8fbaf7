"""The role that serves must not own the tables: an owner can switch off every law at will."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connection

from closing_site.environment import ConfigurationError

REFUSAL = (
    "DATABASE_URL: the role that serves, '{role}', owns the tables, so the database could not "
    "hold it to any rule. Name another role (the owner belongs into DATABASE_OWNER_URL), or set "
    "CLOSING_SINGLE_ROLE=1 to say that this is known."
)

#: True for a superuser as well, who counts as a member of every role.
OWNS = """
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_class
        WHERE relnamespace = 'public'::regnamespace
          AND relkind IN ('r', 'p')
          AND pg_catalog.pg_has_role(relowner, 'MEMBER')
    )
"""


def is_acceptable() -> bool:
    """False where, with DEBUG=0, the serving role owns tables and no one has said it may."""
    if settings.DEBUG or settings.CLOSING_SINGLE_ROLE:
        return True
    with connection.cursor() as cursor:
        cursor.execute(OWNS)
        (owns,) = cursor.fetchone()
    return not owns


def refuse_owner() -> None:
    """Raises ConfigurationError where the serving role is not acceptable."""
    if not is_acceptable():
        raise ConfigurationError(REFUSAL.format(role=connection.settings_dict["USER"]))


@checks.register(checks.Tags.database)
def serving_role_check(databases: Sequence[str] | None = None, **_: Any) -> list[checks.Error]:
    if "default" not in (databases or ()) or is_acceptable():
        return []
    role = connection.settings_dict["USER"]
    return [checks.Error(REFUSAL.format(role=role), id="closing_site.E001")]

"""The role that serves must not own the tables: an owner can switch off every law at will."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connection

from closing_site.environment import ConfigurationError
from closing_site.placing import HOME, here

REFUSAL = (
    "{of_app}: the role that serves, '{role}', owns the tables, so the database could not "
    "hold it to any rule. Name another role (the owner belongs into {of_owner}), or set "
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
        raise ConfigurationError(_refusal())


def address_variables() -> tuple[str, str]:
    """The variables that name the database at which this thread works, of either role, and its name
    in them."""
    if here() == HOME:
        return "DATABASE_URL", "DATABASE_OWNER_URL"
    return f"CLOSING_DATABASES ({here()})", f"CLOSING_OWNER_DATABASES ({here()})"


def require_owner() -> None:
    """Raises ConfigurationError where nobody said as whom to migrate."""
    if "owner" not in settings.DATABASES:
        raise ConfigurationError(f"{address_variables()[1]} is not set.")


def _refusal() -> str:
    of_app, of_owner = address_variables()
    role = connection.settings_dict["USER"]
    return REFUSAL.format(role=role, of_app=of_app, of_owner=of_owner)


@checks.register(checks.Tags.database)
def serving_role_check(databases: Sequence[str] | None = None, **_: Any) -> list[checks.Error]:
    if "default" not in (databases or ()) or is_acceptable():
        return []
    return [checks.Error(_refusal(), id="closing_site.E001")]

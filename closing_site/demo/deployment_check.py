"""``manage.py check --deploy`` fails while people of the demo company can be signed in as."""

from typing import Any

from django.core import checks
from django.db import Error

from closing_site.companies.models import User

EXISTS = "demo.E001"
NOT_ASKED = "demo.I001"


@checks.register(checks.Tags.security, deploy=True)
def no_demo_accounts(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """Accounts with a password that everyone knows. They cannot sign in with DEBUG=0, and would as
    soon as someone sets DEBUG=1."""
    try:
        found = list(
            User.objects.filter(has_demo_password=True, is_active=True)
            .order_by("username")
            .values_list("username", flat=True)
        )
    except Error:
        said = "No database answered: whether it has demo accounts is not known."
        return [checks.Info(said, id=NOT_ASKED)]
    if not found:
        return []
    said = f"The database has demo accounts, whose passwords everyone knows: {', '.join(found)}."
    hint = "Give each a password with `changepassword`, or make it inactive in /admin/."
    return [checks.Error(said, hint=hint, id=EXISTS)]

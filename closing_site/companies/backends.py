"""Who may be signed in with a password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from closing_site.placing import at_home


class PasswordBackend(ModelBackend):
    """Django's own, which hashes a password for an unknown name too; the demo company's people are
    let in only where ``DEMO_CAN_SIGN_IN``. Asked at each request, not at sign-in alone."""

    get_user = at_home(ModelBackend.get_user)

    def user_can_authenticate(self, user: Any) -> bool:
        is_public = user is not None and getattr(user, "has_demo_password", False)
        if is_public and not settings.DEMO_CAN_SIGN_IN:
            return False
        return super().user_can_authenticate(user)

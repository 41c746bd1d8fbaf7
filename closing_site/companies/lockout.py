"""Wrong passwords: whom they lock out, and for how long."""

from datetime import timedelta
from typing import Any, Final

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

#: A quarter tells where somebody usually signs in, and what was tried before it was noticed.
KEPT: Final = timedelta(days=100)


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """django-axes counts by name and address together. Besides, within the same time:

    - an address that failed with many names is locked for all: one password is not tried on each;
    - a name that failed from many addresses is locked everywhere but where its owner has signed in
      before, so that no one locks them out of their own office.

    Unknown names count like known ones. What is tried while locked out is not counted.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        failures = int(super().get_failures(request, credentials))
        if failures >= settings.AXES_FAILURE_LIMIT:
            return failures
        name = get_client_username(request, credentials or {})
        if self._tried_many_names(request) or self._tried_by_many(request, name):
            return int(settings.AXES_FAILURE_LIMIT)
        return failures

    def _tried_many_names(self, request: HttpRequest) -> bool:
        names = self._recent(request).filter(ip_address=_address(request)).values("username")
        return int(names.distinct().count()) >= settings.LOCKOUT_NAMES_PER_ADDRESS

    def _tried_by_many(self, request: HttpRequest, name: str | None) -> bool:
        tried = self._recent(request).filter(username=name)
        failures = tried.aggregate(all=Sum("failures_since_start"))["all"] or 0
        if failures < settings.LOCKOUT_FAILURES_PER_NAME:
            return False
        return not AccessLog.objects.filter(username=name, ip_address=_address(request)).exists()

    def _recent(self, request: HttpRequest) -> Any:
        since = get_cool_off_threshold(request)
        return AccessAttempt.objects.filter(attempt_time__gte=since)


def forget_old_attempts() -> None:
    """Sign-ins and failed attempts hold people's addresses: longer than that they serve nobody."""
    before = timezone.now() - KEPT
    AccessAttempt.objects.filter(attempt_time__lt=before).delete()
    AccessLog.objects.filter(attempt_time__lt=before).delete()


def _address(request: HttpRequest) -> str | None:
    found: str | None = request.axes_ip_address  # type: ignore[attr-defined]
    return found

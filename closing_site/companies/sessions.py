"""Sessions in the database, which end some time after the last request (``SESSION_ENGINE``)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.backends import db
from django.utils import timezone

from closing_site.placing import at_home

#: Of requests that follow each other closely the first moves the end.
TOUCHED_EVERY: Final = timedelta(minutes=1)


class SessionStore(db.SessionStore):
    """Django's own, which knows when the session ends. Moving the end writes that column alone:
    what another request keeps in the session meanwhile is not overwritten."""

    _ends_at: datetime | None = None

    # A session is a person's, whatever company they work in: it lies at home.
    load = at_home(db.SessionStore.load)
    exists = at_home(db.SessionStore.exists)
    save = at_home(db.SessionStore.save)
    delete = at_home(db.SessionStore.delete)

    def _get_session_from_db(self) -> Any:
        found = super()._get_session_from_db()  # type: ignore[misc]
        if found is not None:
            self._ends_at = found.expire_date
        return found

    @at_home
    def touch(self) -> None:
        """The person did something now."""
        ends_at = timezone.now() + timedelta(seconds=self.get_session_cookie_age())
        if self._ends_at is None or ends_at - self._ends_at < TOUCHED_EVERY:
            return
        found = self.get_model_class().objects.filter(session_key=self.session_key)
        found.update(expire_date=ends_at)
        self._ends_at = ends_at

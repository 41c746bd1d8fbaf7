"""Whether an error means that the database ended the session, or could not be reached: what was
asked may be asked again as it was."""

from typing import Final

import psycopg
from django.db import Error

#: The server shut down, crashed, or cannot be reached yet; class 08 is the connection itself. One
#: that became a standby takes no writes (25006): its successor does.
GONE: Final = ("57P01", "57P02", "57P03", "25006")


def is_lost_session(error: BaseException | None) -> bool:
    """Whether the database ended the session, and not the statement."""
    if isinstance(error, psycopg.Error):
        if state := error.sqlstate:
            return state in GONE or state.startswith("08")
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return isinstance(error, Error) and is_lost_session(error.__cause__)

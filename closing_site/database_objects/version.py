"""Which rules a database has: old code must not write under new rules, nor new under old."""

from django.db import DatabaseError, connection

from closing_site.database_objects.declarations import rules_digest

#: The digest of all that is installed, written last; null while an installation is under way.
INSTALLED = "SELECT digest FROM installed_object WHERE kind = 'rules'"


def is_current() -> bool:
    """Whether the database has exactly the functions, triggers and views of this program."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(INSTALLED)
            return bool(cursor.fetchall() == [(rules_digest(),)])
    except DatabaseError:
        return False

"""Who acts, and why: the audit's triggers read it from the transaction (law 13)."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction

from closing_site.database_objects.declarations import rules_digest
from closing_site.refusals import RulesDiffer

#: Who acts now, and the rules that the database has.
BEFORE = """
    SELECT current_setting('closing.actor', true),
        (SELECT digest FROM installed_object WHERE kind = 'rules')
"""
ACTOR = "SELECT set_config('closing.actor', %s, true)"
REASON = "SELECT set_config('closing.reason', %s, true)"
FILES = "SELECT set_config('closing.files', %s, true)"


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """A transaction, or a savepoint in one, whose changes are this person's.

    The name is set for the transaction only: a session's setting would leak through the pool.
    Whoever acted around the block acts again after it; a failed block's savepoint takes it back.
    Raises RulesDiffer where the database has the rules of another version of the program.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEFORE)
        ((before, rules),) = cursor.fetchall()
        if rules != rules_digest():
            raise RulesDiffer
        cursor.execute(ACTOR, [actor])
        yield
        cursor.execute(ACTOR, [before or ""])


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Within ``acting``: what is done in this block shows the reason in the audit, where the law of
    the table says so."""
    with connection.cursor() as cursor:
        cursor.execute(REASON, [reason])
        yield
        cursor.execute(REASON, [""])


@contextmanager
def from_files(names: Mapping[str, str]) -> Iterator[None]:
    """Within ``acting``: rows that come in this block come from files (kind → the file's name),
    which the audit names once for all of them, where the law of the table says so."""
    with connection.cursor() as cursor:
        cursor.execute(FILES, [json.dumps(dict(names))])
        yield
        cursor.execute(FILES, [""])

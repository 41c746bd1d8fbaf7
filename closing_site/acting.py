"""Who acts, from where, and why: the database's triggers read it from the transaction.

The audit (invariant 13) and the rules of duties (11 and 17) rest on it: they are kept given the
actor that the program names.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.db import connection, transaction

from closing_site.database_objects.declarations import rules_digest
from closing_site.refusals import RulesDiffer

#: Who acts now, and the rules that the database has.
BEFORE = """
    SELECT current_setting('closing.actor', true), current_setting('closing.user_id', true),
        current_setting('closing.origin', true), current_setting('closing.run', true),
        (SELECT digest FROM installed_object WHERE kind = 'rules')
"""
#: One statement: the name, the id of the user of that name, and where the act comes from.
ACTOR = "SELECT audit_actor(%s, %s, %s)"
RESTORE = """
    SELECT set_config('closing.actor', %s, true), set_config('closing.user_id', %s, true),
        set_config('closing.origin', %s, true), set_config('closing.run', %s, true)
"""
REASON = "SELECT set_config('closing.reason', %s, true)"
FILES = "SELECT set_config('closing.files', %s, true)"

#: Where an act comes from; with it, as they act: ``token:<id>``, ``schedule:<task>``.
PERSON: Final = "person"
COMMAND: Final = "command"
SYSTEM: Final = "system"

#: A process that is neither a request nor a job was started at a terminal.
_origin: ContextVar[str] = ContextVar("origin", default=COMMAND)


@contextmanager
def origin_of(origin: str) -> Iterator[None]:
    """Within, every act comes from there: a request's person, a job's schedule, a token."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


@contextmanager
def acting(actor: str, *, run: str = "") -> Iterator[None]:
    """A transaction, or a savepoint in one, whose changes are this person's.

    ``run``: the kind of a run over others' data, which prepares nothing by itself (ACCOUNTING 15).
    All is set for the transaction only: a session's setting would leak through the pool. Whoever
    acted around the block acts again after it; a failed block's savepoint takes it back. Raises
    RulesDiffer where the database has the rules of another version of the program.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEFORE)
        ((*before, rules),) = cursor.fetchall()
        if rules != rules_digest():
            raise RulesDiffer
        # A run within another act is of its kind; an act within a run is still the run's.
        within = before[3] or "" if before[0] == actor else ""
        cursor.execute(ACTOR, [actor, _origin.get(), run or within])
        yield
        cursor.execute(RESTORE, [one or "" for one in before])


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

"""Who acts: the audit's triggers read it from the transaction (law 13)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """A transaction, or a savepoint in one, whose changes are this person's.

    The name is set for the transaction only: a session's setting would leak through the pool.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('closing.actor', %s, true)", [actor])
        yield

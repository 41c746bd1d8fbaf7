"""A question about a law: which rows break it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """``query``: SQL with %(company)s that yields key and number of each row that breaks the law.

    %(period)s narrows it to one month where it is not null.
    """

    law: int
    table: str
    problem: str
    query: str


IN_PERIOD = "(%(period)s::bigint IS NULL OR {row}.period_id = %(period)s)"

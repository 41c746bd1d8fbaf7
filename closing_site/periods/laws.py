"""Laws 9 to 11 and 14: months lock in order, reopen in reverse order, and keep every seal."""

from closing_site.laws import Audited, Exempt, Guarded, Immutable, Law, Trigger, no_truncate
from closing_site.periods.lock_laws_sql import (
    CHAIN,
    CHUNKS,
    ENDED,
    ENDED_LAW,
    LOCKS,
    NEW_PERIOD,
    STATUS,
)
from closing_site.periods.people_laws_sql import (
    APPROVED_BY_ANOTHER,
    BY_A_PERSON,
    NOT_PREPARED,
    REVIEWED,
    SIGNED_BY_WHO_ACTS,
)

LAWS = [
    Law(
        "periods_period",
        (
            Trigger(
                "periods_period_law_10_insert",
                "periods_period",
                "INSERT",
                timing="BEFORE",
                body=NEW_PERIOD,
                each_row=True,
            ),
            Trigger(
                "periods_period_law_10_update",
                "periods_period",
                "UPDATE",
                timing="BEFORE",
                body=STATUS,
                each_row=True,
            ),
            Trigger(
                "periods_period_law_10_delete",
                "periods_period",
                "DELETE",
                timing="BEFORE",
                function="law_2_row",
                arguments=("is a period: it stays",),
                each_row=True,
            ),
            no_truncate("periods_period"),
        ),
    ),
    Law(
        "periods_seal",
        (
            Trigger(
                "periods_seal_law_14_insert",
                "periods_seal",
                "INSERT",
                timing="BEFORE",
                body=CHAIN,
                each_row=True,
            ),
            Trigger(
                "periods_seal_law_11_insert",
                "periods_seal",
                "INSERT",
                timing="BEFORE",
                body=APPROVED_BY_ANOTHER,
                each_row=True,
            ),
            Trigger(
                "periods_seal_law_14_locks",
                "periods_seal",
                "INSERT",
                body=LOCKS,
                each_row=True,
                is_deferred=True,
            ),
            Trigger(
                ENDED_LAW,
                "periods_seal",
                "INSERT",
                body=ENDED,
                each_row=True,
                is_deferred=True,
            ),
        ),
    ),
    Law(
        "periods_sealedchunk",
        (
            Trigger(
                "periods_sealedchunk_law_14_insert", "periods_sealedchunk", "INSERT", body=CHUNKS
            ),
        ),
    ),
    Law(
        "periods_seal",
        (
            Trigger(
                "periods_seal_law_11_preparers",
                "periods_seal",
                "INSERT",
                timing="BEFORE",
                body=NOT_PREPARED,
                each_row=True,
            ),
            Trigger("periods_seal_law_17_insert", "periods_seal", "INSERT", body=BY_A_PERSON),
        ),
    ),
    Law(
        "periods_reopening",
        (
            Trigger(
                "periods_reopening_law_11_preparers",
                "periods_reopening",
                "INSERT",
                timing="BEFORE",
                body=NOT_PREPARED,
                each_row=True,
            ),
            Trigger(
                "periods_reopening_law_17_insert", "periods_reopening", "INSERT", body=BY_A_PERSON
            ),
        ),
    ),
    Law(
        "periods_signoff",
        (
            Trigger(
                "periods_signoff_law_11_insert",
                "periods_signoff",
                "INSERT",
                body=SIGNED_BY_WHO_ACTS,
            ),
            Trigger("periods_signoff_law_17_insert", "periods_signoff", "INSERT", body=BY_A_PERSON),
        ),
    ),
    Law(
        "periods_period",
        (
            Trigger(
                "periods_period_law_17_update",
                "periods_period",
                "UPDATE",
                body=BY_A_PERSON,
                when="OLD.status IS DISTINCT FROM NEW.status",
                each_row=True,
            ),
        ),
    ),
    Law(
        "periods_preparationreview",
        (
            Trigger(
                "periods_preparationreview_law_11_insert",
                "periods_preparationreview",
                "INSERT",
                body=REVIEWED,
                each_row=True,
            ),
        ),
    ),
    Immutable("periods_preparation", law="law_11", says="is a record: it stays as it is"),
    Immutable("periods_preparationreview", law="law_11", says="is a record: it stays as it is"),
    Exempt("periods_preparation", "Who prepared what; written by triggers, open months only."),
    Exempt("periods_preparationreview", "Its own trigger asks that the month is open."),
    Immutable("periods_seal", law="law_14", says="is a seal: it stays as it is"),
    Immutable("periods_sealedchunk", law="law_14", says="is part of a seal: it stays as it is"),
    Immutable("periods_reopening", law="law_10", says="is a record: it stays as it is"),
    Immutable("periods_signoff", law="law_11", says="is a sign-off: sign again instead"),
    Guarded("periods_periodcutoff"),
    Guarded("periods_periodname"),
    Guarded("periods_signoff"),
    Exempt("periods_seal", "Made by the lock itself; law 14 keeps it."),
    Exempt("periods_reopening", "Made by reopening; append-only."),
    Audited(
        "periods_period",
        kind="period",
        number="r.code",
        columns=("status",),
        inserted="opened",
        updated="CASE r.status WHEN 'locked' THEN 'locked' ELSE 'reopened' END",
    ),
    Audited(
        "periods_signoff",
        kind="period",
        number="(SELECT code FROM periods_period WHERE id = r.period_id)",
        columns=("step", "digest"),
        inserted="signed_off",
    ),
    Audited(
        "periods_preparationreview",
        kind="period",
        number="(SELECT code FROM periods_period WHERE id = r.period_id)",
        columns=("user_id", "reviewed_by_id", "last_id"),
        inserted="preparation_reviewed",
    ),
    Audited(
        "periods_reopening",
        kind="period",
        number="(SELECT code FROM periods_period WHERE id = r.period_id)",
        columns=(
            *("reason", "requested_by_id", "approved_by_id", "seal_id", "is_single_person"),
            *("period_id", "reopened_at"),
        ),
        inserted="reopening",
    ),
    Audited(
        "periods_periodcutoff",
        kind="cut_off",
        number="(SELECT code FROM periods_period WHERE id = r.period_id)",
        columns=("period_id", "cut_off_at"),
        inserted="recorded",
        updated="changed",
        deleted="deleted",
    ),
]

"""Law 14: sealed documents against their seals, seals against their chain and signature."""

from collections.abc import Iterator, Mapping
from typing import Any

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.periods import sealing
from closing_site.periods.models import Period, PeriodStatus, Reopening, Seal
from closing_site.wizard.integrity.problem import Problem

LAW = 14

#: The month as it is (``sealed_now``) against the hashes its seal keeps.
COMPARE = """
    SELECT coalesce(now.kind, kept.kind) AS kind, coalesce(now.id, kept.id) AS key,
        coalesce(kept.number, now.number) AS number,
        CASE WHEN kept.id IS NULL THEN 'inserted' WHEN now.id IS NULL THEN 'deleted'
            ELSE 'changed' END AS how
    FROM (
        SELECT c.kind, listed.id, listed.number,
            substring(c.digests FROM ((listed.place - 1) * 32 + 1)::integer FOR 32) AS digest
        FROM periods_sealedchunk AS c
        CROSS JOIN LATERAL unnest(c.document_ids, c.numbers) WITH ORDINALITY
            AS listed (id, number, place)
        WHERE c.seal_id = %(seal)s
    ) AS kept
    FULL JOIN sealed_now AS now ON now.kind = kept.kind AND now.id = kept.id
    WHERE now.digest IS DISTINCT FROM kept.digest
    ORDER BY 1, 2
"""
#: Of a month reopened since, what is final all the same: an issued invoice never changes.
COMPARE_FINAL = """
    SELECT kept.kind, kept.id AS key, kept.number,
        CASE WHEN now.id IS NULL THEN 'deleted' ELSE 'changed' END AS how
    FROM (
        SELECT c.kind, listed.id, listed.number,
            substring(c.digests FROM ((listed.place - 1) * 32 + 1)::integer FOR 32) AS digest
        FROM periods_sealedchunk AS c
        CROSS JOIN LATERAL unnest(c.document_ids, c.numbers) WITH ORDINALITY
            AS listed (id, number, place)
        WHERE c.seal_id = %(seal)s AND c.kind = ANY (%(kinds)s)
    ) AS kept
    LEFT JOIN sealed_now AS now ON now.kind = kept.kind AND now.id = kept.id
    WHERE kept.number <> '' AND now.digest IS DISTINCT FROM kept.digest
    ORDER BY 1, 2
"""
#: The hashes it keeps against the hash over them in the seal.
KEPT = """
    SELECT c.kind, sum(cardinality(c.document_ids)) AS how_many,
        min(c.position) = 1 AND max(c.position) = count(*) AS is_counted,
        encode(sha256(string_agg(listed.whole, ''::bytea ORDER BY c.position)), 'hex') AS digest
    FROM periods_sealedchunk AS c
    CROSS JOIN LATERAL (
        SELECT string_agg({one}, ''::bytea ORDER BY place) AS whole
        FROM unnest(c.document_ids, c.numbers) WITH ORDINALITY AS one (id, number, place)
    ) AS listed
    WHERE c.seal_id = %(seal)s GROUP BY c.kind ORDER BY c.kind
"""
ONE_KEPT = "substring(c.digests FROM ((place - 1) * 32 + 1)::integer FOR 32)"


def broken_seals(company: Company, period: Period | None) -> Iterator[Problem]:
    """Every seal of the chain, and every document of the months they hold."""
    key = sealing.public_key()
    reopened = set(Reopening.objects.filter(company=company).values_list("seal_id", flat=True))
    expected, before = 1, None
    for seal in sealing.seals_of(company.pk):
        if period is None or seal.period_id == period.pk:
            yield from _broken_seal(seal, key, expected, before)
            yield from _broken_list(seal)
            if seal.pk in reopened:
                yield from _broken_final_documents(seal)
            else:
                yield from _broken_documents(seal)
        expected, before = seal.position + 1, seal


def _broken_seal(seal: Seal, key: str, expected: int, before: Seal | None) -> Iterator[Problem]:
    def problem(text: str) -> Problem:
        return Problem(LAW, "periods_seal", seal.pk, seal.period.code, text)

    if seal.position != expected or seal.previous_id != (before.pk if before else None):
        yield problem("a seal before it is missing")
    if sealing.digest_of(seal) != seal.digest:
        yield problem("the seal's content is not what its digest says")
    if not sealing.is_signed(seal.digest, seal.signature, key):
        yield problem("the seal is not signed with this installation's key")


def _broken_list(seal: Seal) -> Iterator[Problem]:
    one = sealing.listed(seal.version, "id", "number", ONE_KEPT)
    kept = {
        row["kind"]: {"count": int(row["how_many"]), "digest": row["digest"]}
        for row in sql.rows(KEPT.format(one=one), {"seal": seal.pk})
        if row["is_counted"]
    }
    for kind in sorted({*kept, *seal.documents}):
        if kept.get(kind) != seal.documents.get(kind):
            yield Problem(
                LAW,
                "periods_sealedchunk",
                seal.pk,
                seal.period.code,
                f"the list of hashes ({kind}) is not the one that was sealed",
            )


def _broken_documents(seal: Seal) -> Iterator[Problem]:
    if seal.period.status != PeriodStatus.LOCKED:
        yield Problem(
            LAW, "periods_period", seal.period_id, seal.period.code, "sealed, and not locked"
        )
    sealing.hash_documents(seal.period, seal.version)
    for row in sql.rows(COMPARE, {"seal": seal.pk}):
        yield _since_the_lock(seal, row)


def _broken_final_documents(seal: Seal) -> Iterator[Problem]:
    """Of a seal whose month was reopened: what it held that never changes, wherever it is now."""
    final = [kind for kind in sealing.sealed_kinds().values() if kind.is_final]
    sealing.hash_documents(seal.period, seal.version, final)
    kinds = {"seal": seal.pk, "kinds": [kind.kind for kind in final]}
    for row in sql.rows(COMPARE_FINAL, kinds):
        yield _since_the_lock(seal, row)


def _since_the_lock(seal: Seal, row: Mapping[str, Any]) -> Problem:
    kind = sealing.sealed_kinds()[row["kind"]]
    how = f"{row['how']} since {seal.period.code} was locked"
    return Problem(LAW, kind.table, row["key"], row["number"] or "", how)

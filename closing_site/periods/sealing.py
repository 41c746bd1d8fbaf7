"""The seal: the hash of every document of a month, chained and signed (laws 9 and 14).

Each app names its kinds of documents in ``sealed.py``: SQL over an explicit, versioned list of
fields that yields id, number and content. Rows are written as PostgreSQL writes a record, which
quotes; dates, times and text are fixed by the settings below, so that another server or a new
column changes nothing.

Version 1 sealed totals and documents. Version 2 adds who locked and approved, when, with which key,
the month's first and last day, the position of the audit chain, the numbers in the list of
documents, sign-offs, approvals, open findings, and what each ``sealed.py`` adds. A seal is verified
with the lists of its own version.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from closing_site import sql
from closing_site.declared import declared
from closing_site.periods.models import Period, Seal

#: Raised when a list of fields changes after a release; a seal is verified with its own version's.
VERSION = 2

#: Columns of the seal that its digest covers since version 2, beside what version 1 covers.
SEAL_COLUMNS = (
    *("sealed_by_id", "approved_by_id", "sealed_at", "public_key", "details"),
    *("early_days_left", "early_reason", "is_single_person"),
)

#: Documents in one row of hashes.
CHUNK = 1000

FIXED_FORMATS = """
    SET LOCAL DateStyle = 'ISO, YMD';
    SET LOCAL TimeZone = 'UTC';
    SET LOCAL IntervalStyle = 'iso_8601';
    SET LOCAL extra_float_digits = 1
"""


@dataclass(frozen=True)
class SealedKind:
    """One kind of document that a seal holds, as SQL.

    ``key``, ``number`` and ``content`` are expressions on ``source`` (FROM … WHERE …, with
    %(company)s and %(period)s). ``added``: (version, SQL text) appended to the content since that
    version. ``since``: the first version that holds this kind. ``is_final``: a row with a number
    that was sealed never changes, not even in a reopened month (a draft has no number).
    """

    kind: str
    table: str
    key: str
    number: str
    content: str
    source: str
    added: tuple[tuple[int, str], ...] = ()
    since: int = 1
    is_final: bool = False

    def query(self, version: int) -> str:
        """The SQL that yields id, number and content of each document for seals of a version."""
        parts = [self.content, *(f"E'\\x1e' || {sql}" for v, sql in self.added if v <= version)]
        return (
            f"SELECT {self.key} AS id, {self.number} AS number, {' || '.join(parts)} AS content"
            f" {self.source}"
        )

    def holds_final(self, number: str | None) -> bool:
        return self.is_final and bool(number)


@cache
def sealed_kinds() -> dict[str, SealedKind]:
    return {kind.kind: kind for kinds in declared("sealed", "SEALED") for kind in kinds}


def hash_documents(
    period: Period, version: int = VERSION, kinds: Sequence[SealedKind] | None = None
) -> None:
    """Fill ``sealed_now`` (kind, id, number, digest) with the month's documents as they are.

    ``version``: of the seal they are for. ``kinds``: only these.
    """
    sql.execute(
        "DROP TABLE IF EXISTS pg_temp.sealed_now;"
        "CREATE TEMP TABLE sealed_now (kind text, id bigint, number text, digest bytea)"
        " ON COMMIT DROP"
    )
    sql.execute(FIXED_FORMATS)
    parameters = {"company": period.company_id, "period": period.pk}
    for kind in sealed_kinds().values() if kinds is None else kinds:
        if kind.since <= version:
            sql.execute(
                "INSERT INTO sealed_now SELECT %(kind)s, id, number,"
                f" sha256(convert_to(content, 'UTF8')) FROM ({kind.query(version)}) AS document",
                {**parameters, "kind": kind.kind},
            )
    sql.execute("ANALYZE sealed_now")


def listed(version: int, key: str, number: str, digest: str) -> str:
    """SQL: the bytes that stand for one document in the hash over a kind's documents."""
    if version == 1:
        return f"int8send({key}) || {digest}"
    named = f"convert_to(coalesce({number}, ''), 'UTF8')"
    return f"int8send({key}) || {digest} || int4send(octet_length({named})) || {named}"


def summary(version: int = VERSION) -> dict[str, dict[str, Any]]:
    """Kind → how many documents, and the hash over their hashes in order of id."""
    found = sql.rows(
        "SELECT kind, count(*) AS how_many, encode(sha256(string_agg("
        f"{listed(version, 'id', 'number', 'digest')}, ''::bytea ORDER BY id)), 'hex')"
        " AS digest FROM sealed_now GROUP BY kind ORDER BY kind"
    )
    return {row["kind"]: {"count": row["how_many"], "digest": row["digest"]} for row in found}


def write_chunks(seal: Seal) -> None:
    sql.execute(
        "INSERT INTO periods_sealedchunk (company_id, seal_id, kind, position, document_ids,"
        " numbers, digests)"
        " SELECT %(company)s, %(seal)s, kind, position, array_agg(id ORDER BY id),"
        " array_agg(number ORDER BY id), string_agg(digest, ''::bytea ORDER BY id)"
        " FROM (SELECT *, (row_number() OVER (PARTITION BY kind ORDER BY id) - 1) / %(chunk)s + 1"
        " AS position FROM sealed_now) AS placed GROUP BY kind, position",
        {"company": seal.company_id, "seal": seal.pk, "chunk": CHUNK},
    )


def digest_of(seal: Seal) -> str:
    """SHA-256, in hex, over the seal's content in canonical JSON: what its digest must be."""
    content = {
        "company": seal.company.code,
        "period": seal.period.code,
        "position": seal.position,
        "previous": seal.previous.digest if seal.previous else "",
        "version": seal.version,
        "totals": seal.totals,
        "documents": seal.documents,
    }
    if seal.version >= 2:
        content |= {name: _canonical_value(getattr(seal, name)) for name in SEAL_COLUMNS}
    return hashlib.sha256(canonical(content)).hexdigest()


def _canonical_value(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def canonical(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(digest: str) -> str:
    return _private_key().sign(digest.encode()).hex()


def public_key() -> str:
    """Of the key outside the database, in hex; a seal's own copy of it proves nothing."""
    return _private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def is_signed(digest: str, signature: str, key: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), digest.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _private_key() -> Ed25519PrivateKey:
    key = load_pem_private_key(settings.CLOSING_SEAL_KEY_FILE.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the seal key is not an Ed25519 key")  # settings have refused it before
    return key


def seals_of(company_id: int) -> Iterator[Seal]:
    """The chain, first to last."""
    return (
        Seal.objects.filter(company_id=company_id)
        .select_related("company", "period", "previous")
        .order_by("position")
        .iterator()
    )

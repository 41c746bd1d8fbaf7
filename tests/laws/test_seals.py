"""Law 14: who changes hashes or the seal too is found; of which document, a checkpoint knows."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from closing_site.periods import sealing
from closing_site.periods.models import Seal
from tests.commands import run
from tests.laws.books import CODE, FEBRUARY, JANUARY, REASON, Books, rows
from tests.laws.tampering import (
    FIRST,
    OTHER_WORDS,
    SINCE_CHECKPOINT,
    Cursor,
    named,
    switch_off,
    tamper,
    verify,
)

pytestmark = pytest.mark.django_db(transaction=True)


def reseal(cursor: Cursor, *, with_seal: bool) -> None:
    """Compute the hashes of what is there now, as the lock does, and put them in their place."""
    seal = Seal.objects.select_related("period", "company").get()
    with transaction.atomic():
        sealing.hash_documents(seal.period, seal.version)
        hashes = rows("SELECT kind, string_agg(digest, ''::bytea ORDER BY id) FROM sealed_now"
                      " GROUP BY kind")  # fmt: skip
        documents = sealing.summary(seal.version)
    switch_off(cursor, "periods_sealedchunk", "periods_seal")
    for kind, digests in hashes:
        cursor.execute(
            "UPDATE periods_sealedchunk SET digests = %s WHERE kind = %s", [digests, kind]
        )
    if with_seal:
        seal.documents = documents
        digest = sealing.digest_of(seal)
        cursor.execute(
            "UPDATE periods_seal SET documents = %s, digest = %s",
            [json.dumps(documents), digest],
        )


def test_hashes_changed_with_their_document_are_not_those_of_the_seal(
    books: Books, checkpoint: Path, superuser_cursor: Cursor
) -> None:
    """Which document it was, only the checkpoint knows."""
    tamper(superuser_cursor, "invoicing_invoiceline", OTHER_WORDS)
    reseal(superuser_cursor, with_seal=False)
    assert [(f["table"], f["number"], f["problem"]) for f in verify()] == [
        (
            "periods_sealedchunk",
            JANUARY,
            "the list of hashes (invoice) is not the one that was sealed",
        )
    ]
    kept = verify("--checkpoint", str(checkpoint))[1:]
    assert named(kept) == [(14, "invoicing_invoice", FIRST)]


def test_a_seal_made_anew_is_not_signed(
    books: Books, checkpoint: Path, superuser_cursor: Cursor
) -> None:
    tamper(superuser_cursor, "invoicing_invoiceline", OTHER_WORDS)
    reseal(superuser_cursor, with_seal=True)
    assert [(f["table"], f["problem"]) for f in verify()] == [
        ("periods_seal", "the seal is not signed with this installation's key")
    ]
    kept = verify("--checkpoint", str(checkpoint))[1:]
    assert [(f["table"], f["number"], f["problem"]) for f in kept] == [
        ("periods_seal", JANUARY, "the seal is not the one in the checkpoint"),
        ("invoicing_invoice", FIRST, f"changed {SINCE_CHECKPOINT}"),
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("signature = repeat('0', 128)", "the seal is not signed with this installation's key"),
        ("signature = 'no hex'", "the seal is not signed with this installation's key"),
        ("digest = repeat('0', 64)", "the seal's content is not what its digest says"),
        (
            "totals = jsonb_set(totals, '{gross}', '\"0.00\"')",
            "the seal's content is not what its digest says",
        ),
        ("position = 2, previous_id = id", "a seal before it is missing"),
        # Who locked, who approved, when.
        (
            "sealed_by_id = approved_by_id, approved_by_id = sealed_by_id",
            "the seal's content is not what its digest says",
        ),
        (
            "sealed_at = sealed_at + interval '1 day'",
            "the seal's content is not what its digest says",
        ),
        (
            "details = jsonb_set(details, '{approved_by}', '\"eve\"')",
            "the seal's content is not what its digest says",
        ),
    ],
)
def test_a_forged_seal_is_named(
    books: Books, superuser_cursor: Cursor, change: str, problem: str
) -> None:
    tamper(superuser_cursor, "periods_seal", f"UPDATE periods_seal SET {change}")
    found = [f for f in verify() if f["problem"] == problem]
    assert named(found) == [(14, "periods_seal", JANUARY)]


def test_a_seal_with_its_own_key_proves_nothing(books: Books, superuser_cursor: Cursor) -> None:
    key = Ed25519PrivateKey.generate()
    digest = Seal.objects.get().digest
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    tamper(
        superuser_cursor,
        "periods_seal",
        f"UPDATE periods_seal SET signature = '{key.sign(digest.encode()).hex()}',"
        f" public_key = '{public}'",
    )
    assert [f["problem"] for f in verify()] == [
        "the seal's content is not what its digest says",
        "the seal is not signed with this installation's key",
    ]


def test_a_month_opened_from_outside_is_named(books: Books, superuser_cursor: Cursor) -> None:
    tamper(superuser_cursor, "periods_period", "UPDATE periods_period SET status = 'open'")
    assert [(f["table"], f["number"], f["problem"]) for f in verify() if f["law"] == 14] == [
        ("periods_period", JANUARY, "sealed, and not locked")
    ]


def test_a_seal_taken_away_is_named(
    books: Books, checkpoint: Path, superuser_cursor: Cursor
) -> None:
    """The month locked: law 10. Opened as well: the audit has it locked, and the checkpoint knows
    that it was sealed."""
    switch_off(superuser_cursor, "periods_seal", "periods_sealedchunk")
    superuser_cursor.execute("DELETE FROM periods_sealedchunk")
    superuser_cursor.execute("DELETE FROM periods_seal")
    assert named([f for f in verify() if f["law"] != 12]) == [(10, "periods_period", JANUARY)]
    tamper(superuser_cursor, "periods_period", "UPDATE periods_period SET status = 'open'")
    assert named(verify()) == [(13, "periods_period", JANUARY)]
    found = verify("--checkpoint", str(checkpoint))
    assert {(f["table"], f["number"]) for f in found if f["law"] != 13} == {
        ("periods_seal", JANUARY)
    }


def test_a_month_locked_from_outside_is_named(books: Books, superuser_cursor: Cursor) -> None:
    tamper(
        superuser_cursor,
        "periods_period",
        f"UPDATE periods_period SET status = 'locked' WHERE code = '{FEBRUARY}'",
    )
    assert (10, "periods_period", FEBRUARY) in named(verify())


def test_a_month_that_was_reopened_as_it_should_be_is_whole(books: Books, checkpoint: Path) -> None:
    """And what was mended in it is no finding, of its first seal or of the checkpoint."""
    told, status = run(
        *("reopen_period", JANUARY, "--company", CODE, "--reason", REASON),
        *("--as", "ann", "--approve-as", "mo"),
    )
    assert status == 0, told
    rows("UPDATE payments_payment SET memo = 'Mended' WHERE reference = 'P-3' RETURNING id")
    assert verify("--checkpoint", str(checkpoint)) == []
    assert books.close(JANUARY)["status"] == "locked"
    assert verify("--checkpoint", str(checkpoint)) == []


#: In the open month there is no seal yet: the laws themselves are asked.

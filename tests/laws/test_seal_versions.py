"""What a seal's digest covers, version by version; a seal is verified with its own version's."""

from pathlib import Path

import pytest
from django.db.models import ForeignKey

from closing_site.periods import sealing
from closing_site.periods.models import Seal
from tests.commands import run
from tests.laws.books import CODE, FEBRUARY, REASON, Books, rows
from tests.laws.tampering import (
    FIRST,
    INVOICE,
    OTHER_WORDS,
    Cursor,
    named,
    switch_off,
    tamper,
    verify,
)

pytestmark = pytest.mark.django_db(transaction=True)

#: Columns of version 1, and what the digest covers under another name.
VERSION_1 = {"position", "version", "totals", "documents"}
BY_ANOTHER_NAME = {
    "id": "a key without meaning; every chunk and reopening that names it is compared",
    "company_id": "by the company's code",
    "period_id": "by the month's code",
    "previous_id": "by the digest of the seal before",
    "digest": "it is the digest",
    "signature": "it is made of the digest",
}


def test_every_column_of_a_seal_is_in_its_digest() -> None:
    columns = {
        field.attname if isinstance(field, ForeignKey) else field.name
        for field in Seal._meta.concrete_fields
    }
    assert columns == VERSION_1 | set(sealing.SEAL_COLUMNS) | set(BY_ANOTHER_NAME)


@pytest.fixture
def version_1(signed: Books, monkeypatch: pytest.MonkeyPatch) -> Books:
    """February is locked by a program that knew version 1 only; January is of today's version."""
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "VERSION", 1)
        assert signed.close(FEBRUARY)["status"] == "locked"
    return signed


def test_a_seal_of_version_1_verifies(version_1: Books) -> None:
    versions = rows("SELECT version FROM periods_seal ORDER BY position")
    assert versions == [(sealing.VERSION,), (1,)]
    sealed = Seal.objects.latest("position").documents
    assert not {"period", "sign_off", "approval", "finding"} & set(sealed)
    assert verify() == []


def test_what_a_seal_of_version_1_holds_is_compared(
    version_1: Books, superuser_cursor: Cursor
) -> None:
    which = INVOICE.format("INV-2026-02-00001")
    tamper(
        superuser_cursor,
        "invoicing_invoiceline",
        f"UPDATE invoicing_invoiceline SET description = 'x' WHERE invoice_id = {which}",
    )
    assert named(verify()) == [(14, "invoicing_invoice", "INV-2026-02-00001")]


def test_a_seal_does_not_pass_for_one_of_an_older_version(
    books: Books, superuser_cursor: Cursor
) -> None:
    tamper(superuser_cursor, "periods_seal", "UPDATE periods_seal SET version = 1")
    assert "the seal's content is not what its digest says" in {f["problem"] for f in verify()}


def test_a_number_in_the_list_of_a_seal_is_sealed(books: Books, superuser_cursor: Cursor) -> None:
    """The list says how a document that is gone was called."""
    tamper(
        superuser_cursor,
        "periods_sealedchunk",
        "UPDATE periods_sealedchunk SET numbers[1] = 'INV-X' WHERE kind = 'invoice'",
    )
    assert [f["problem"] for f in verify()] == [
        "the list of hashes (invoice) is not the one that was sealed"
    ]


#: A reopening that no one asked for, and an invoice whose amount fits everywhere.
FORGED = (
    "INSERT INTO periods_reopening (company_id, period_id, seal_id, reason, requested_by_id,"
    " approved_by_id, reopened_at) SELECT company_id, period_id, id, 'Forged', sealed_by_id,"
    " approved_by_id, now() FROM periods_seal",
    "UPDATE periods_period SET status = 'open' WHERE code = '2026-01'",
    f"UPDATE invoicing_invoiceline SET unit_price = unit_price * 2, net = net * 2, tax = tax * 2,"
    f" base_net = base_net * 2, base_tax = base_tax * 2 WHERE invoice_id = {INVOICE.format(FIRST)}",
    f"UPDATE invoicing_invoicetax SET net = net * 2, tax = tax * 2, base_net = base_net * 2,"
    f" base_tax = base_tax * 2 WHERE invoice_id = {INVOICE.format(FIRST)}",
    f"UPDATE invoicing_invoice SET net = net * 2, tax = tax * 2, gross = gross * 2,"
    f" base_net = base_net * 2, base_tax = base_tax * 2, base_gross = base_gross * 2"
    f" WHERE number = '{FIRST}'",
    f"UPDATE customers_openitem SET amount = amount * 2, base_amount = base_amount * 2"
    f" WHERE number = '{FIRST}'",
)


def test_an_issued_invoice_is_that_of_every_seal_that_held_it(
    books: Books, checkpoint: Path, superuser_cursor: Cursor
) -> None:
    """Also where the month was reopened since, by right or by hand."""
    switch_off(
        superuser_cursor,
        *("periods_reopening", "periods_period", "invoicing_invoiceline", "invoicing_invoicetax"),
        *("invoicing_invoice", "customers_openitem"),
    )
    for statement in FORGED:
        superuser_cursor.execute(statement)
    found = [f for f in verify() if f["table"] == "invoicing_invoice"]
    assert named(found) == [(14, "invoicing_invoice", FIRST)]
    assert found[0]["problem"] == "changed since 2026-01 was locked"
    kept = [f for f in verify("--checkpoint", str(checkpoint)) if "checkpoint" in f["problem"]]
    assert named(kept) == [(14, "invoicing_invoice", FIRST)]


def test_a_sealed_invoice_taken_away_from_a_reopened_month_is_named(
    books: Books, superuser_cursor: Cursor
) -> None:
    run(
        *("reopen_period", "2026-01", "--company", CODE, "--reason", REASON),
        *("--as", "ann", "--approve-as", "mo"),
    )
    assert verify() == []
    tamper(superuser_cursor, "invoicing_invoiceline", OTHER_WORDS)
    assert [(f["number"], f["problem"]) for f in verify()] == [
        (FIRST, "changed since 2026-01 was locked")
    ]


SIGNED: dict[str, tuple[str, str, str]] = {
    "a sign-off's person": (
        "periods_signoff",
        "UPDATE periods_signoff SET signed_by_id = (SELECT id FROM companies_user"
        " WHERE username = 'mo') WHERE step = 'pay' AND signed_at = (SELECT max(signed_at)"
        " FROM periods_signoff WHERE step = 'pay' AND figures ? 'payments'"
        " AND period_id = (SELECT id FROM periods_period WHERE code = '2026-01'))",
        "pay",
    ),
    "an approval": (
        "desk_approval",
        "UPDATE desk_approval SET decided_at = decided_at - interval '1 day' WHERE kind = 'lock'",
        "lock 2026-01",
    ),
    "a finding": (
        "desk_finding",
        "UPDATE desk_finding SET amount = 1.23 WHERE id = (SELECT min(f.id)"
        " FROM desk_finding AS f JOIN periods_period AS p ON p.id = f.period_id"
        " WHERE p.code = '2026-01' AND f.resolved_at IS NULL)",
        "",
    ),
    "the last day of the month": (
        "periods_period",
        "UPDATE periods_period SET ends_on = '2026-01-30' WHERE code = '2026-01'",
        "2026-01",
    ),
    "the customer's order": (
        "orders_order",
        "UPDATE orders_order SET order_date = '2026-01-01' WHERE number = 'O-1'",
        "O-1",
    ),
}


@pytest.mark.parametrize(("table", "statement", "number"), SIGNED.values(), ids=SIGNED)
def test_what_version_2_holds_is_compared(
    books: Books, superuser_cursor: Cursor, table: str, statement: str, number: str
) -> None:
    tamper(superuser_cursor, table, statement)
    found = [f for f in verify() if f["law"] == 14]
    assert len(found) == 1
    assert number in found[0]["number"]
    assert found[0]["problem"] == "changed since 2026-01 was locked"

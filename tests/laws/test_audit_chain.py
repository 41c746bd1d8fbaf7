"""Law 13: an audit entry that is changed, taken away or put in is found; the chain says so."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection, transaction

from closing_site.companies.audit_chain import chain_audit, companies_to_chain
from closing_site.desk.stock import audit_mark, changed_since
from closing_site.desk.tasks import chain_audits
from tests.laws.books import FEBRUARY, JANUARY, Books, execute, person, rows, value
from tests.laws.racing import Gate, Racer
from tests.laws.tampering import Cursor, switch_off, tamper, verify

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = "UPDATE orders_order SET note = 'Noted' WHERE number = '{}'"
ISSUED = "document_number = 'INV-2026-01-00001' AND action = 'issued'"
BATCH_OF_ISSUED = f"number = (SELECT batch FROM companies_auditentry WHERE {ISSUED})"

TAMPERED: dict[str, tuple[str, str, str, str]] = {
    "an entry's amount": (
        "companies_auditentry",
        "UPDATE companies_auditentry SET after = jsonb_set(after, '{gross}', '1')"
        f" WHERE {ISSUED}",
        "companies_auditentry",
        "an entry was changed",
    ),
    "an entry's actor": (
        "companies_auditentry",
        f"UPDATE companies_auditentry SET actor = 'mo' WHERE {ISSUED}",
        "companies_auditentry",
        "an entry was changed",
    ),
    "an entry's time": (
        "companies_auditentry",
        f"UPDATE companies_auditentry SET at = at + interval '1 microsecond' WHERE {ISSUED}",
        "companies_auditentry",
        "an entry was changed",
    ),
    "an entry taken away": (
        "companies_auditentry",
        f"DELETE FROM companies_auditentry WHERE {ISSUED}",
        "companies_auditentry",
        "an entry was deleted",
    ),
    "all of a statement's entries": (
        "companies_auditentry",
        "DELETE FROM companies_auditentry WHERE batch = (SELECT batch FROM companies_auditentry"
        " WHERE document_number = 'P-3' AND action = 'recorded' LIMIT 1)",
        "companies_auditentry",
        "its entries were deleted",
    ),
    "an entry put in": (
        "companies_auditentry",
        "INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind,"
        " document_id, document_number) SELECT company_id, at, actor, action, document_kind,"
        f" document_id, document_number FROM companies_auditentry WHERE {ISSUED}",
        "companies_auditentry",
        "entries of no batch: inserted by hand",
    ),
    "an entry put into a batch": (
        "companies_auditentry",
        "INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind,"
        " document_id, document_number, batch) SELECT company_id, at, actor, action, document_kind,"
        f" document_id, document_number, batch FROM companies_auditentry WHERE {ISSUED}",
        "companies_auditentry",
        "an entry was inserted",
    ),
    "a batch's actor": (
        "companies_auditbatch",
        f"UPDATE companies_auditbatch SET actor = 'mo' WHERE {BATCH_OF_ISSUED}",
        "companies_auditlink",
        "it is not the hash over its batch and the link before",
    ),
    "a batch's origin": (
        "companies_auditbatch",
        f"UPDATE companies_auditbatch SET origin = 'system' WHERE {BATCH_OF_ISSUED}",
        "companies_auditlink",
        "it is not the hash over its batch and the link before",
    ),
    "a link taken away": (
        "companies_auditlink",
        "DELETE FROM companies_auditlink WHERE position = 3",
        "companies_auditlink",
        "a link before it is missing",
    ),
    "a link's digest": (
        "companies_auditlink",
        "UPDATE companies_auditlink SET digest = sha256('x') WHERE position = 3",
        "companies_auditlink",
        "it is not the hash over its batch and the link before",
    ),
}


@pytest.mark.parametrize(
    ("table", "statement", "where", "problem"), TAMPERED.values(), ids=TAMPERED
)
def test_what_was_done_to_the_audit_is_named(
    books: Books, superuser_cursor: Cursor, table: str, statement: str, where: str, problem: str
) -> None:
    assert verify() == []
    tamper(superuser_cursor, table, statement)
    found = verify()
    assert {f["law"] for f in found} == {13}
    assert (where, problem) in {(f["table"], f["problem"]) for f in found}


def rechain(cursor: Cursor) -> None:
    """What a thorough forger does: hash every batch again, and link them from the first."""
    switch_off(cursor, "companies_auditbatch", "companies_auditlink", "companies_auditpending")
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute(
        "UPDATE companies_auditbatch AS b SET digest = found.digest FROM ("
        " SELECT e.batch, sha256(string_agg(sha256(convert_to(ROW(e.id, e.company_id, e.at,"
        " e.actor, e.action, e.document_kind, e.document_id, e.document_number, e.before,"
        " e.after)::text, 'UTF8')), ''::bytea ORDER BY e.id)) AS digest"
        " FROM companies_auditentry AS e GROUP BY e.batch) AS found"
        " WHERE found.batch = b.number"
    )
    cursor.execute(
        "WITH linked AS (DELETE FROM companies_auditlink RETURNING company_id, batch_id)"
        " INSERT INTO companies_auditpending (company_id, batch_id)"
        " SELECT company_id, batch_id FROM linked"
    )
    cursor.execute("SELECT chain_audit(id) FROM companies_company")


def test_a_chain_made_again_is_not_the_one_a_seal_and_a_checkpoint_hold(
    books: Books, checkpoint: Path, superuser_cursor: Cursor
) -> None:
    tamper(superuser_cursor, *TAMPERED["an entry's amount"][:2])
    rechain(superuser_cursor)
    assert [(f["table"], f["problem"]) for f in verify()] == [
        ("companies_auditlink", f"it is not the one that the seal of {JANUARY} holds")
    ]
    kept = verify("--checkpoint", str(checkpoint))
    assert "it is not the one that the checkpoint holds" in {f["problem"] for f in kept}


@pytest.fixture
def noted(books: Books) -> None:
    """The end of the chain is a note, which nothing else in the database repeats."""
    execute(NOTE.format("O-5"))


def test_what_came_after_the_seal_is_held_by_a_checkpoint(
    noted: None, checkpoint: Path, superuser_cursor: Cursor
) -> None:
    """The end of the chain can be cut off without a trace inside the database."""
    end = json.loads(checkpoint.read_text())["audit"]["position"]
    switch_off(
        superuser_cursor, "companies_auditentry", "companies_auditbatch", "companies_auditlink"
    )
    superuser_cursor.execute(
        "WITH cut AS (DELETE FROM companies_auditlink WHERE position = %s RETURNING batch_id),"
        " gone AS (DELETE FROM companies_auditbatch WHERE id IN (SELECT batch_id FROM cut)"
        " RETURNING number)"
        " DELETE FROM companies_auditentry WHERE batch IN (SELECT number FROM gone)",
        [end],
    )
    assert verify() == []
    assert [(f["table"], f["number"]) for f in verify("--checkpoint", str(checkpoint))] == [
        ("companies_auditlink", str(end))
    ]


def test_a_month_looks_at_its_own_links_alone(books: Books, superuser_cursor: Cursor) -> None:
    tamper(superuser_cursor, *TAMPERED["an entry's amount"][:2])
    assert [f["law"] for f in verify("--period", JANUARY)] == [13]
    assert verify("--period", FEBRUARY) == []


def test_each_statement_is_one_batch_with_who_and_whence(books: Books) -> None:
    ann = person("ann").pk
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('closing.actor', 'ann', true),"
            " set_config('closing.user_id', %s, true),"
            " set_config('closing.origin', 'command', true)",
            [str(ann)],
        )
        cursor.execute("UPDATE orders_order SET note = 'x' WHERE number IN ('O-5', 'O-8')")
    ((actor, user, origin, count),) = rows(
        "SELECT actor, user_id, origin, rows FROM companies_auditbatch ORDER BY id DESC LIMIT 1"
    )
    assert (actor, user, origin, count) == ("ann", ann, "command", 2)
    assert verify() == []


def test_the_chain_is_continued_each_minute(books: Books) -> None:
    execute(NOTE.format("O-5"))
    assert companies_to_chain() == [books.company.pk]
    chain_audits.func(0)
    assert companies_to_chain() == []
    assert verify() == []


def test_the_role_that_serves_writes_nothing_of_it(books: Books) -> None:
    for table in ("companies_auditbatch", "companies_auditlink", "companies_auditpending"):
        writes = rows(
            "SELECT has_table_privilege(%s, 'INSERT') OR has_table_privilege(%s, 'UPDATE')"
            " OR has_table_privilege(%s, 'DELETE')",
            *(table, table, table),
        )
        assert writes == [(False,)], table


def test_who_commits_late_is_linked_late_and_makes_figures_old(
    books: Books, owner_cursor: Cursor
) -> None:
    """Entries are numbered when they are written: another's higher number is seen earlier."""
    gate, company = Gate(), books.company.pk

    def write_slowly() -> None:
        with transaction.atomic():
            execute(NOTE.format("O-5"))
            gate.stop_here()

    writer = Racer(owner_cursor, write_slowly)
    with gate.reached():
        execute(NOTE.format("O-8"))
        mark = audit_mark()
        before = chain_audit(company)
        # The mutant: a mark that takes everything numbered so far for seen.
        shot, _own, last = mark.split("|")
        mutant = f"{shot.split(':')[1]}:{shot.split(':')[1]}:||{last}"
    assert writer.ends().error is None
    assert changed_since(company, mark)
    assert not changed_since(company, mutant)
    assert chain_audit(company).position == before.position + 1
    assert verify() == []


def test_a_moment_of_another_server_is_long_ago(books: Books) -> None:
    """A dump restored elsewhere: its transactions are numbered from the beginning again."""
    assert changed_since(books.company.pk, "99999999999:99999999999:||0")
    assert not changed_since(books.company.pk, audit_mark())


def test_entries_older_than_the_chain_are_its_first_batch(
    books: Books, superuser_cursor: Cursor
) -> None:
    switch_off(
        superuser_cursor,
        *("companies_auditentry", "companies_auditbatch", "companies_auditlink"),
        *("companies_auditpending", "periods_seal"),
    )
    superuser_cursor.execute("UPDATE companies_auditentry SET batch = 0")
    for table in ("companies_auditlink", "companies_auditpending", "companies_auditbatch"):
        superuser_cursor.execute(f"DELETE FROM {table}")
    migration = import_module("closing_site.companies.migrations.0004_audit_chain")
    superuser_cursor.execute(migration.FIRST_BATCHES)
    assert value("SELECT count(*) FROM companies_auditbatch") == 1
    problems = {f["problem"] for f in verify()}
    # January's seal holds a position that this chain does not have.
    assert problems == {f"it is not the one that the seal of {JANUARY} holds"}
    tamper(superuser_cursor, *TAMPERED["an entry's amount"][:2])
    assert "an entry was changed" in {f["problem"] for f in verify()}

"""Files beside documents: append-only, hashed by the database, audited, held by the next seal."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from closing_site.acting import acting
from closing_site.companies.models import AuditEntry
from closing_site.desk.models import Attachment, Run, RunState, WorkingFile
from closing_site.desk.tasks import delete_old_working_files
from closing_site.exchange.attaching import BAD_ROWS, UPLOADED, attached, keep
from closing_site.exchange.errors import UploadDeleted
from closing_site.exchange.uploads import PREVIEW, write_upload
from tests.laws.books import FEBRUARY, Books, execute, person, rows
from tests.laws.tampering import Cursor, tamper, verify

pytestmark = pytest.mark.django_db(transaction=True)


def attach(books: Books, content: bytes = b"signed") -> Attachment:
    with acting("ann"):
        return Attachment.objects.create(
            company=books.company,
            document_kind="order",
            document_id=1,
            document_number="O-1",
            name="delivery note.txt",
            content_type="text/plain",
            sha256="whatever the caller says",
            content=content,
            added_by=person("ann"),
        )


def test_the_database_hashes_it_and_the_audit_tells(books: Books) -> None:
    kept = attach(books)
    kept.refresh_from_db()
    assert kept.sha256 == hashlib.sha256(b"signed").hexdigest()
    entry = AuditEntry.objects.get(document_kind="attachment", document_id=kept.pk)
    assert (entry.actor, entry.action) == ("ann", "attached")
    assert (entry.after or {})["sha256"] == kept.sha256


@pytest.mark.parametrize(
    "statement", ["UPDATE desk_attachment SET name = 'x'", "DELETE FROM desk_attachment"]
)
def test_it_only_grows(books: Books, statement: str) -> None:
    attach(books)
    with pytest.raises(IntegrityError, match="attach another file instead"):
        execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE desk_attachmentmonth SET attachment_id = attachment_id",
        "UPDATE desk_attachmentmonth SET period_id = NULL",
        "UPDATE desk_attachmentmonth SET period_id = (SELECT id FROM periods_period"
        " WHERE code = '2026-03')",
        "DELETE FROM desk_attachmentmonth",
        "UPDATE desk_attachmentmonth SET period_id = (SELECT id FROM periods_period"
        " WHERE code = '2026-02') WHERE period_id IS NULL",
        "DELETE FROM desk_attachmentmonth WHERE period_id IS NULL;"
        " INSERT INTO desk_attachmentmonth (company_id, attachment_id, period_id)"
        " SELECT m.company_id, a.id, m.period_id FROM desk_attachmentmonth AS m"
        " JOIN desk_attachment AS a ON a.id <> m.attachment_id",
    ],
)
def test_the_month_that_holds_it_is_guarded(books: Books, statement: str) -> None:
    attach(books)
    assert books.close(FEBRUARY)["status"] == "locked"
    attach(books, b"later")
    before = rows("SELECT * FROM desk_attachmentmonth")
    with pytest.raises(IntegrityError, match=f"{FEBRUARY} is locked"):
        execute(statement)
    assert rows("SELECT * FROM desk_attachmentmonth") == before


def test_the_next_seal_holds_it_and_a_later_one_not_again(books: Books) -> None:
    kept = attach(books)
    assert rows("SELECT period_id FROM desk_attachmentmonth") == [(None,)]
    assert books.close(FEBRUARY)["status"] == "locked"
    assert rows("SELECT attachment_id, period_id FROM desk_attachmentmonth") == [
        (kept.pk, books.period(FEBRUARY).pk)
    ]
    assert books.period(FEBRUARY).seals.get().documents["attachment"]["count"] == 1
    attach(books, b"after the lock")
    assert verify() == []


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ("name = 'x'", {f"changed since {FEBRUARY} was locked"}),
        ("content = 'x'", {"its content is not what its hash says"}),
        (
            "content = 'x', sha256 = encode(sha256('x'), 'hex')",
            {f"changed since {FEBRUARY} was locked"},
        ),
    ],
)
def test_what_a_superuser_does_to_it_is_found(
    books: Books, superuser_cursor: Cursor, change: str, problems: set[str]
) -> None:
    attach(books)
    assert books.close(FEBRUARY)["status"] == "locked"
    tamper(superuser_cursor, "desk_attachment", f"UPDATE desk_attachment SET {change}")
    found = {f["problem"] for f in verify() if f["table"] == "desk_attachment"}
    assert problems <= found


def test_one_changed_before_any_seal_is_not_as_the_audit_had_it(
    books: Books, superuser_cursor: Cursor
) -> None:
    attach(books)
    tamper(superuser_cursor, "desk_attachment", "UPDATE desk_attachment SET name = 'x'")
    assert [(f["table"], f["problem"]) for f in verify()] == [
        ("desk_attachment", "it is not as the audit last had it")
    ]


def upload(books: Books, *, days: int, state: str = RunState.DONE) -> Run:
    run = Run.objects.create(
        company=books.company, kind=PREVIEW, started_by="ann", state=state, message=""
    )
    for kind in (UPLOADED, BAD_ROWS):
        keep(run, kind, "orders.csv", f"{kind} {run.pk}".encode(), person("ann"))
    WorkingFile.objects.filter(document_id=run.pk).update(
        added_at=timezone.now() - timedelta(days=days)
    )
    return run


def test_working_files_live_apart_and_go_after_the_companys_days(books: Books) -> None:
    execute("UPDATE companies_company SET working_file_days = 30")
    old, fresh = upload(books, days=31), upload(books, days=29)
    going = upload(books, days=31, state=RunState.QUEUED)
    assert not Attachment.objects.exists()
    delete_old_working_files.func(0)
    kept = {run.pk: attached(run, UPLOADED).count() for run in (old, fresh, going)}
    assert kept == {old.pk: 0, fresh.pk: 1, going.pk: 1}
    with pytest.raises(UploadDeleted):
        write_upload(run=old, skips_bad_rows=False, by=person("ann"))

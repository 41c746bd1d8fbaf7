"""What an operator does where companies lie on two databases: look after both, move a company, back
up and restore, be without one for a while, help a company by support access."""

import json
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from closing_site import placing, sql
from closing_site.backups import tasks
from closing_site.backups.configuration import OK, WARNING, WRONG, checked_configuration
from closing_site.backups.models import Backup, SlowStatement
from closing_site.companies.actions import add_member, change_password
from closing_site.companies.errors import NameOfAnother
from closing_site.companies.models import AuditEntry, Membership, SupportAccess, User
from closing_site.companies.placed_people import (
    last_key,
    make_known,
    memberships_everywhere,
    unknown_people,
)
from closing_site.customers.models import Customer
from closing_site.desk.models import JobFailure, Run, RunState, WorkerBeat
from closing_site.periods.models import Period
from closing_site.wizard.tasks import carry_out
from tests.closing_site.placing.two import (
    HOMECO,
    MONTH,
    NORTH,
    PASSWORD,
    as_process,
    away,
    environment_of,
    second_is,
    signed_in,
    trade,
)
from tests.commands import run
from tests.databases import Databases
from tests.pages_of_entry import said, send
from tests.stories.books import COMPANY, close, open_company

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner", NORTH]),
    pytest.mark.usefixtures("north"),
]
FIGURES = (
    "SELECT number, net, tax, gross FROM v_invoices ORDER BY number",
    "SELECT * FROM v_receivables ORDER BY 1, 2, 3",
    "SELECT account, sum(debit), sum(credit) FROM v_vouchers GROUP BY account ORDER BY 1",
)


def figures() -> list[Any]:
    return [sql.rows(query) for query in FIGURES]


def staff(name: str = "sam") -> User:
    user = User.objects.create_user(name, is_staff=True)
    change_password(user=user, password=PASSWORD)
    return user


def measures() -> dict[str, dict[str, float]]:
    """Of each figure that the databases know: its database (and queue or company) → value."""
    text = Client().get("/metrics").content.decode()
    return {
        family.name: {
            " ".join(
                sample.labels[label]
                for label in ("database", "queue", "company")
                if label in sample.labels
            ): sample.value
            for sample in family.samples
        }
        for family in text_string_to_metric_families(text)
    }


def checked() -> dict[str, str]:
    return {one.name: one.state for one in checked_configuration()}


def test_a_company_moves_with_every_figure_and_its_old_books_rest(
    two_databases: None, tmp_path: Path
) -> None:
    with override_settings(CLOSING_PLACES={NORTH: frozenset()}):
        open_company()
        trade(tmp_path)
        totals = close(MONTH)
        told, status = run("export_data", str(tmp_path / "moved"), "--company", COMPANY)
        assert status == 0, told
    old = figures()
    with placing.at(NORTH):
        open_company()
        told, status = run("import_data", str(tmp_path / "moved"), "--company", COMPANY)
        assert status == 0, told
        assert close(MONTH) == totals
        assert figures() == old
        assert run("verify_integrity", "--company", COMPANY)[1] == 0
    # The old books can be read and compared, and nothing in them changes.
    assert run("verify_integrity", "--company", COMPANY)[1] == 0
    for command in (
        ("import_data", str(tmp_path / "moved")),
        ("reopen_period", MONTH, "--reason", "x", "--as", "ann", "--approve-as", "mo"),
        ("close_period", "2025-02", "--as", "ann"),
        ("add_member", "eve:admin"),
    ):
        told, status = run(*command, "--company", COMPANY)
        assert (status, NORTH in told["refused"]) == (2, True), told
    month, now = Period.objects.get(code=MONTH), timezone.now()
    queued = Run.objects.create(
        company=month.company, period=month, kind="check-confirm", started_by="ann",
        state=RunState.QUEUED, started_at=now, heartbeat_at=now,
    )  # fmt: skip
    carry_out(run=queued.pk)
    queued.refresh_from_db()
    assert queued.state == RunState.FAILED
    assert NORTH in queued.message
    assert figures() == old


def test_both_are_backed_up_and_the_second_is_restored(
    companies: None, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with placing.at(NORTH):
        trade(tmp_path)
        before = figures()
    monkeypatch.setattr(settings, "CLOSING_BACKUP_DIR", tmp_path)
    for name in (NORTH, placing.HOME):
        with placing.at(name):
            tasks.back_up_nightly(timestamp=0)
            assert Backup.objects.count() == 1
    day = f"{timezone.now():%Y-%m-%d}"
    made = {path.name for path in tmp_path.glob("*.backup")}
    assert made == {f"closing-{day}.backup", f"closing-{NORTH}-{day}.backup"}
    by_hand = tmp_path / "hand.backup"
    done = as_process(environment_of(databases), "--at", NORTH, "backup", str(by_hand), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["companies"] == [COMPANY]
    with databases.empty() as elsewhere, second_is(elsewhere):
        environment = environment_of(databases, north=elsewhere)
        done = as_process(environment, "--at", NORTH, "restore", str(by_hand), "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["companies"] == [
            {"company": COMPANY, "key_differs": False, "findings": []}
        ]
        with placing.at(NORTH):
            assert figures() == before


def test_whoever_looks_after_both_sees_both(companies: None) -> None:
    ops = staff("ops")
    made = timezone.now() - timedelta(hours=1)
    with placing.at(NORTH):
        Backup.objects.create(name="x", size=1, digest="0" * 64, made_at=made)
        WorkerBeat.objects.create(queue="papers", beat_at=timezone.now())
        assert run("verify_integrity", "--company", COMPANY)[1] == 0
        (job,) = sql.rows(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " VALUES ('papers', 'reports.tasks.render_pack', '{}', 'failed', 1) RETURNING id"
        )
        failure = JobFailure.objects.create(
            job_id=job["id"], task="reports.tasks.render_pack", queue="papers", tries=2, reason="X:"
        )
    found = measures()
    assert found["closing_database_up"] == {"home": 1, NORTH: 1}
    assert found["closing_jobs_failed"] == {"home": 0, NORTH: 1}
    assert set(found["closing_jobs_queued"]) >= {"home papers", f"{NORTH} papers"}
    assert found["closing_last_verify_findings"] == {f"{NORTH} {COMPANY}": 0}
    assert set(found["closing_last_backup_timestamp_seconds"]) == {NORTH}
    health = Client().get("/healthz").json()["databases"][NORTH]
    assert health["queues"] == {"default": "silent", "papers": "ok"}
    assert (health["failed_jobs"], health["last_backup"]["hours_ago"]) == (1, 1)
    client = signed_in("ops")
    page = said(client.get("/installation/"))
    for word in (NORTH, COMPANY, HOMECO):
        assert word in page
    # A failed job is of one database: its key may be another's on the other.
    assert client.post("/installation/", {"retry": failure.pk, "at": "home"}).status_code == 302
    with placing.at(NORTH):
        assert not JobFailure.objects.exclude(dismissed_at=None).exists()
    assert client.post("/installation/", {"retry": failure.pk, "at": NORTH}).status_code == 302
    with placing.at(NORTH):
        assert JobFailure.objects.get().dismissed_by_id == ops.pk
    assert checked()[f"database_{NORTH}"] == WARNING  # its default queue has no worker
    with placing.at(NORTH):
        WorkerBeat.objects.create(queue="default", beat_at=timezone.now())
    assert checked()[f"database_{NORTH}"] == OK


def test_one_that_is_away_or_empty_is_named_and_leaves_the_others(
    companies: None, databases: Databases
) -> None:
    staff("ops")
    ops, ann, mo = signed_in("ops"), signed_in("ann"), signed_in("mo")
    User.objects.filter(username="mo").update(language="zh-hans")
    ann.post(f"/companies/{COMPANY}/choose/")
    with away():
        assert measures()["closing_database_up"] == {"home": 1, NORTH: 0}
        assert NORTH in said(ops.get("/installation/"))
        assert checked()[f"database_{NORTH}"] == WARNING
        # In the company they chose, and from its page to the others.
        answer = ann.get("/")
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert answer.headers["Retry-After"]
        assert f"/c/{HOMECO}/" in answer.text
        for address in (f"/c/{HOMECO}/", f"/?company={HOMECO}", f"/c/{HOMECO}/orders/"):
            assert ann.get(address).status_code == HTTPStatus.OK
        # Who works there alone is not told that they have no role.
        answer = mo.get("/")
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "没有应答" in answer.text
        assert NORTH in said(ops.get("/support/"))
    # One that is there and holds nothing, as before it is prepared or restored.
    with databases.empty() as empty, second_is(empty):
        assert ann.get(f"/c/{HOMECO}/orders/").status_code == HTTPStatus.OK
        assert mo.get("/").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert measures()["closing_database_up"] == {"home": 1, NORTH: 0}
        assert Client().get("/healthz").json()["databases"][NORTH]["migrations"] == "missing"
        assert ops.get("/installation/").status_code == HTTPStatus.OK
        assert checked()[f"database_{NORTH}"] == WRONG
    assert mo.get("/").status_code == HTTPStatus.OK


def test_support_reads_a_company_of_the_second(companies: None) -> None:
    sam = staff()
    support, ida = signed_in("sam"), signed_in("ida")
    asked = {"code": COMPANY, "reason": "Totals differ", "hours": "2"}
    assert support.get(f"/c/{COMPANY}/orders/").status_code == HTTPStatus.NOT_FOUND
    assert support.post("/support/", asked).status_code == HTTPStatus.FOUND
    assert support.post("/support/", asked).status_code == HTTPStatus.OK  # asked already
    assert not SupportAccess.objects.exists()
    with placing.at(NORTH):
        access = SupportAccess.objects.get()
        assert access.asked_by_id == sam.pk
    page = f"/c/{COMPANY}/support-access/"
    assert "Totals differ" in said(ida.get(page))
    assert send(ida, f"{page}{access.pk}/grant/", {"hours": "1"}).status_code == HTTPStatus.FOUND
    assert "Totals differ" in said(support.get("/support/"))
    for address in (f"/c/{COMPANY}/orders/", f"/c/{COMPANY}/audit/", f"/?company={COMPANY}"):
        assert support.get(address).status_code == HTTPStatus.OK, address
    written = support.post(f"/c/{COMPANY}/customers/new/", {"code": "X"})
    assert written.status_code == HTTPStatus.FORBIDDEN
    # A key is of one database: home has no such access.
    other = {"end": str(access.pk), "of": HOMECO}
    assert support.post("/support/", other).status_code == HTTPStatus.NOT_FOUND
    ended = support.post("/support/", {"end": str(access.pk), "of": COMPANY})
    assert ended.status_code == HTTPStatus.FOUND
    assert support.get(f"/c/{COMPANY}/orders/").status_code == HTTPStatus.NOT_FOUND
    with placing.at(NORTH):
        told = AuditEntry.objects.filter(document_kind="support_access").order_by("id")
        assert [(one.actor, one.action) for one in told] == [
            ("sam", "support_asked"),
            ("ida", "granted"),
            ("sam", "support_entered"),
            ("sam", "support_ended"),
        ]
    assert not AuditEntry.objects.filter(document_kind="support_access").exists()


def test_two_tabs_write_each_in_its_own_books(
    companies: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CLOSING_SLOW_STATEMENT_MS", 0)
    ann = signed_in("ann")
    pages = {code: f"/c/{code}/customers/new/" for code in (COMPANY, HOMECO)}
    opened = {code: ann.get(page) for code, page in pages.items()}
    for code, page in pages.items():
        key = opened[code].text.partition('name="idempotency_key"')[2].split('"')[1]
        sent = {"idempotency_key": key, "code": f"C-{code}", "name": code, "country": "DE"}
        answer = ann.post(page, sent, headers={"X-Company": code})
        assert answer.status_code == HTTPStatus.FOUND, answer.text
    ann.post(f"/c/{COMPANY}/preferences/", {"first_name": "Änne", "last_name": "A", "theme": "dark",
                                            "language": "zh-hans"})  # fmt: skip
    home = User.objects.get(username="ann")
    assert (home.first_name, home.language, home.theme) == ("Änne", "zh-hans", "dark")
    for name, code in ((NORTH, COMPANY), (placing.HOME, HOMECO)):
        with placing.at(name):
            assert [one.code for one in Customer.objects.all()] == [f"C-{code}"]
            told = AuditEntry.objects.order_by("id").filter(actor="ann")
            assert told.filter(document_kind="customer").count() == 1
            assert User.objects.get(username="ann").first_name == "Änne"
            person = told.filter(document_kind="person", document_number="ann").last()
            assert person
            assert person.after
            assert person.company.code == code
            assert person.after["first_name"] == "Änne"
    # What took long on the second is known where the page shows it.
    assert SlowStatement.objects.filter(statement__contains="customers_customer").exists()
    with placing.at(NORTH):
        assert not SlowStatement.objects.exists()


def test_nobody_becomes_whom_another_database_knows(companies: None) -> None:
    """Home is restored from a backup that is older than a person; the key is given out again."""
    with placing.at(NORTH):
        mo = User.objects.get(username="mo")
        assert last_key() >= mo.pk
    User.objects.filter(pk=mo.pk).delete()
    eve = User(pk=mo.pk, username="eve")
    eve.set_password(PASSWORD)
    eve.save(force_insert=True)
    assert memberships_everywhere(eve) == ([], frozenset())
    assert signed_in("eve").get(f"/c/{COMPANY}/orders/").status_code == HTTPStatus.NOT_FOUND
    assert unknown_people(NORTH) == ["mo"]
    assert checked()[f"database_{NORTH}"] == WRONG
    with placing.at(NORTH), pytest.raises(NameOfAnother):
        make_known(eve)
    with placing.at(NORTH):
        assert User.objects.get(pk=mo.pk).username == "mo"


def test_a_superuser_sets_no_password_of_who_works_on_the_second(companies: None) -> None:
    root = User.objects.create_superuser("root")
    change_password(user=root, password=PASSWORD)
    mo = User.objects.get(username="mo")
    assert not Membership.objects.filter(user=mo).exists()
    page = f"/admin/companies/user/{mo.pk}/password/"
    client = signed_in("root")
    assert client.get(page).status_code == HTTPStatus.FORBIDDEN
    with placing.at(NORTH):
        company = Membership.objects.get(user__username="mo").company
        add_member(company=company, username="root", role="auditor", by="test")
    assert client.get(page).status_code == HTTPStatus.OK

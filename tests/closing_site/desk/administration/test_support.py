"""Support access: asked for, granted for a time by an administrator, read only, ended, audited."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from closing_site.acting import acting
from closing_site.companies.actions import add_member
from closing_site.companies.errors import (
    AnsweredAlready,
    AskedAlready,
    NotAMember,
    NotSupport,
    OwnSupportAccess,
    RoleMayNot,
    WorksHereAlready,
)
from closing_site.companies.members import require_role
from closing_site.companies.models import (
    AuditEntry,
    Company,
    Membership,
    Role,
    SupportAccess,
    SupportVisit,
    User,
)
from closing_site.companies.policy import POLICY, Roles
from closing_site.companies.support import (
    ask_for_support,
    end_support,
    grant_support,
    holding,
    refuse_support,
)
from closing_site.periods.actions import ensure_periods
from tests.access.addresses import parameters
from tests.closing_site.companies.conftest import books
from tests.pages_of_entry import client_of, key_of, said, send
from tests.sql_counts import assert_sql_count

pytestmark = pytest.mark.django_db

FIELDS = {"code": "NW", "reason": "Totals differ", "hours": "2"}


@pytest.fixture
def company(db: None) -> Company:
    return books("NW", [("admin", "admin"), ("ann", "finance"), ("mo", "manager")])


@pytest.fixture
def sam(company: Company) -> User:
    """They support the installation, and work in no company."""
    return User.objects.create_user("sam", is_staff=True)


def user(name: str) -> User:
    return User.objects.get(username=name)


def granted(by: str = "admin", hours: int = 2) -> SupportAccess:
    access = ask_for_support(code="NW", reason="Totals differ", hours=hours, by=user("sam"))
    return grant_support(access=access, hours=hours, by=user(by))


def told() -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(document_kind="support_access").order_by("id")
    assert all(one.document_number == "sam" for one in found)
    return [(one.actor, one.action) for one in found]


def test_from_asking_to_ending_on_the_pages(company: Company, sam: User) -> None:
    support, admin = client_of("sam"), client_of("admin")
    assert support.get("/c/NW/orders/").status_code == 404
    assert support.post("/support/", FIELDS).status_code == 302
    assert support.get("/c/NW/orders/").status_code == 404
    access = SupportAccess.objects.get()
    page = said(admin.get("/support-access/"))
    path = f"/support-access/{access.pk}"
    assert f"{path}/grant/" in admin.get("/support-access/").content.decode()
    assert "Totals differ" in page
    assert f"{path}/refuse/" in admin.get(f"{path}/grant/").content.decode()
    assert send(admin, f"{path}/grant/", {"hours": "1"}).status_code == 302
    assert "/?company=NW" in support.get("/support/").content.decode()
    assert "Support access to NW" in said(support.get("/?company=NW"))
    for address_of in ("/c/NW/orders/", "/c/NW/audit/", "/c/NW/"):
        answer = support.get(address_of)
        assert answer.status_code == 200
        assert "Support access to NW until" in said(answer)
    # Where nothing names the company they are in none, and what they asked for is told.
    assert "Support access to NW until" not in said(support.get("/"))
    assert "Totals differ" in said(support.get("/support/"))
    ended = send(admin, f"{path}/end/", {}, key_of(admin.get("/support-access/")))
    assert ended.status_code == 302
    assert support.get("/c/NW/orders/").status_code == 404
    assert told() == [
        ("sam", "support_asked"),
        ("admin", "granted"),
        ("sam", "support_entered"),
        ("admin", "support_ended"),
    ]


def waits(username: str) -> str:
    """What waits for the person on their first page."""
    page = client_of(username).get("/").content.decode()
    return page.partition('id="waits"')[2].partition("</section>")[0]


@pytest.mark.parametrize("has_month", [True, False])
def test_both_hear_of_it_on_their_first_page(company: Company, sam: User, has_month: bool) -> None:
    """The administrators that it is asked for, whoever asked what was answered."""
    if has_month:
        ensure_periods(company, date(2026, 10, 1))
    add_member(company=company, username="deb", role="admin", by="test")
    access = ask_for_support(code="NW", reason="Totals <differ>", hours=2, by=sam)
    answering = f"/c/NW/support-access/{access.pk}/grant/"
    for name in ("admin", "deb"):
        assert answering in waits(name)
        assert "Totals &lt;differ&gt;" in waits(name)
    for name in ("ann", "mo", "sam"):
        assert answering not in waits(name)
    assert "NW" not in waits("sam")
    grant_support(access=access, hours=1, by=user("admin"))
    assert answering not in waits("deb")
    assert "/?company=NW" in waits("sam")
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert "/?company=NW" not in waits("sam")
        assert "/support/" in waits("sam")
    end_support(access=access, by=sam)
    again = ask_for_support(code="NW", reason="x", hours=2, by=sam)
    refuse_support(access=again, by=user("deb"))
    assert "deb" in waits("sam")
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert "NW" not in waits("sam")


def test_an_answered_request_offers_no_answer(company: Company, sam: User) -> None:
    access = granted()
    page = client_of("admin").get(f"/support-access/{access.pk}/grant/").content.decode()
    assert "/refuse/" not in page
    assert 'name="hours"' not in page


def test_how_much_the_pages_ask(company: Company, sam: User) -> None:
    for number in range(3):
        asked = User.objects.create_user(f"sam{number}", is_staff=True)
        refuse_support(
            access=ask_for_support(code="NW", reason="x", hours=1, by=asked), by=user("admin")
        )
        ask_for_support(code="NW", reason="x", hours=1, by=asked)
        other = books(f"N{number}", [("admin", "admin")])
        ask_for_support(code=other.code, reason="x", hours=1, by=sam)
    granted()
    staff, admin = client_of("sam"), client_of("admin")
    for page, client, path in (
        ("support", staff, "/support/"),
        ("support access", admin, "/c/NW/support-access/"),
    ):
        client.get(path)
        with assert_sql_count(page):
            assert client.get(path).status_code == 200


def test_each_session_that_comes_in_is_told_once(company: Company, sam: User) -> None:
    granted()
    first, second = client_of("sam"), client_of("sam")
    for client in (first, second, first):
        assert client.get("/c/NW/invoices/").status_code == 200
    assert first.post("/companies/NW/choose/").status_code == 302
    assert said(first.get("/payments/"))
    assert SupportVisit.objects.count() == 2
    assert [action for _, action in told()].count("support_entered") == 2


def test_it_reads_what_an_auditor_reads_and_sends_nothing(company: Company, sam: User) -> None:
    granted()
    client = client_of("sam")
    client.raise_request_exception = False
    for name, rule in POLICY.items():
        if not isinstance(rule, Roles) or name in ("choose_period",):
            continue
        path = f"/c/NW{_path(name)}"
        if Role.AUDITOR not in rule.read:
            assert client.get(path).status_code in (403, 404, 405), name
        answer = client.post(path, {"company": "NW", "reason": "x", "idempotency_key": name})
        assert answer.status_code in (403, 404), name
    assert [n for n, r in POLICY.items() if isinstance(r, Roles) and Role.AUDITOR in r.write] == [
        "choose_period"
    ]
    # Actions and commands ask for a membership, which no table holds.
    with pytest.raises(NotAMember):
        require_role(company, "sam", frozenset(Role))
    assert not Membership.objects.filter(user=sam).exists()


def _path(name: str) -> str:
    values = {
        p: "NW" if p == "company" else "2026-01" if p in ("period", "month") else "1"
        for p in parameters()[name]
    }
    for one, value in (("step", "confirm"), ("kind", "confirm"), ("wanted", "csv")):
        if one in values:
            values[one] = value
    return reverse(name, kwargs=values)


def test_it_ends_by_itself_and_with_who_granted_it(company: Company, sam: User) -> None:
    access = granted(hours=1)
    client = client_of("sam")
    assert client.get("/c/NW/orders/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert not holding().exists()
        assert client_of("sam").get("/c/NW/orders/").status_code == 404
        assert "lapsed" in said(client_of("sam").get("/support/"))
    Membership.objects.filter(user=user("admin")).update(role="manager")
    assert client.get("/c/NW/orders/").status_code == 404
    Membership.objects.filter(user=user("admin")).update(role="admin")
    User.objects.filter(pk=sam.pk).update(is_staff=False)
    assert client_of("sam").get("/c/NW/orders/").status_code == 404
    # Whoever asked ends it as well.
    end_support(access=access, by=user("sam"))
    assert told()[-1] == ("sam", "support_ended")


def test_whoever_asks_ends_it_on_their_own_page(company: Company, sam: User) -> None:
    access = granted()
    client = client_of("sam")
    assert client.post("/support/", {"end": str(access.pk), "of": "NW"}).status_code == 302
    assert client.get("/c/NW/orders/").status_code == 404


def test_what_is_refused(company: Company, sam: User) -> None:
    with pytest.raises(NotSupport):
        ask_for_support(code="NW", reason="x", hours=1, by=user("ann"))
    access = ask_for_support(code="NW", reason="x", hours=1, by=sam)
    with pytest.raises(AskedAlready):
        ask_for_support(code="NW", reason="x", hours=1, by=sam)
    for name in ("ann", "mo"):
        with pytest.raises(RoleMayNot):
            grant_support(access=access, hours=1, by=user(name))
    refuse_support(access=access, by=user("admin"))
    with pytest.raises(AnsweredAlready):
        grant_support(access=access, hours=1, by=user("admin"))
    add_member(company=company, username="sam", role="admin", by="test")
    with pytest.raises(WorksHereAlready):
        ask_for_support(code="NW", reason="x", hours=1, by=sam)
    assert told() == [("sam", "support_asked"), ("admin", "refused")]
    assert client_of("ann").get("/support/").status_code == 404


def test_nobody_lets_themselves_in(company: Company, sam: User) -> None:
    access = ask_for_support(code="NW", reason="x", hours=1, by=sam)
    add_member(company=company, username="sam", role="admin", by="test")
    with pytest.raises(OwnSupportAccess):
        grant_support(access=access, hours=1, by=sam)


def test_the_database_holds_to_it(company: Company, sam: User) -> None:
    """Whatever the program says: who asks, who answers, once, for a time; no row ever goes."""
    now = timezone.now()
    access = ask_for_support(code="NW", reason="x", hours=1, by=sam)
    mine = SupportAccess.objects.filter(pk=access.pk)
    later = {"decided_at": now, "granted_until": now + timedelta(hours=1)}

    def refuses(actor: str, **values: object) -> bool:
        try:
            with transaction.atomic(), acting(actor):
                mine.update(**values)
        except IntegrityError:
            return True
        return False

    add_member(company=company, username="sam", role="admin", by="test")
    assert refuses("sam", decided_by=sam, **later)
    assert refuses("mo", decided_by=user("mo"), **later)
    assert refuses("mo", decided_by=user("admin"), **later)
    too_long = {**later, "granted_until": now + timedelta(hours=73)}
    assert refuses("admin", decided_by=user("admin"), **too_long)
    assert refuses("admin", decided_by=user("admin"), reason="another", **later)
    assert not refuses("admin", decided_by=user("admin"), **later)
    assert refuses("admin", granted_until=now + timedelta(hours=2))
    assert refuses("mo", ended_by=user("mo"), ended_at=now)
    assert not refuses("admin", ended_by=user("admin"), ended_at=now)
    assert refuses("admin", ended_by=None, ended_at=None)
    with pytest.raises(IntegrityError), transaction.atomic(), acting("admin"):
        mine.delete()
    with pytest.raises(IntegrityError), transaction.atomic(), acting("sam"):
        SupportVisit.objects.create(company=company, access=access, session="x")
    with pytest.raises(IntegrityError), transaction.atomic(), acting("ann"):
        SupportAccess.objects.create(company=company, asked_by=user("ann"), reason="x", hours=1)


def test_in_both_languages(company: Company, sam: User) -> None:
    granted()
    deb = User.objects.create_user("deb", is_staff=True)
    asked = ask_for_support(code="NW", reason="x", hours=1, by=deb)
    User.objects.update(language="zh-hans")
    answering = f"/support-access/{asked.pk}/grant/"
    for who, path in (
        *(("sam", "/support/"), ("sam", "/"), ("sam", "/c/NW/")),
        *(("admin", "/support-access/"), ("admin", "/"), ("admin", answering)),
    ):
        page = said(client_of(who).get(path))
        assert "Support access" not in page, path

"""Two-step sign-in, with the codes that a phone would show."""

import logging
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from closing_site.companies.models import AuditEntry, Company, Role, User
from closing_site.observing.context import NotedFilter
from tests.closing_site.companies.conftest import books
from tests.commands import run
from tests.pages_of_entry import client_of, key_of, said

pytestmark = pytest.mark.django_db

WORD = "three blue boats"
PAGE = "/preferences/two-step/"
SET_UP = re.compile(r'name="set_up" value="([^"]+)"')
KEY = re.compile(r"<code>((?:[A-Z2-7]{4} ?)+)</code>")
RECOVERY = re.compile(r"<code>(\d{8})</code>")


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def company(clock: Any, db: None) -> Company:
    people = [("ann", "finance"), ("mo", "manager"), ("admin", "admin"), ("rep", "sales_rep")]
    company = books("NW", people)
    for user in User.objects.all():
        user.set_password(WORD)
        user.save()
    return company


class Phone:
    """An authenticator app that has read a key."""

    def __init__(self, key: str) -> None:
        self.key = key.replace(" ", "")

    def code(self, later: int = 0) -> str:
        return str(format_hotp_value(hotp_value(self.key, int(time.time()) // 30 + later)))


def set_up(client: Client) -> tuple[Phone, list[str]]:
    page = client.get(PAGE)
    content = page.content.decode()
    key, token = KEY.search(content), SET_UP.search(content)
    assert key, content
    assert token, content
    phone = Phone(key[1])
    sent = {"set_up": unescape(token[1]), "code": phone.code()}
    done = client.post(PAGE, sent)
    codes = RECOVERY.findall(done.content.decode())
    assert len(codes) == 10, said(done)
    return phone, codes


def give_password(name: str = "ann", next_page: str = "") -> tuple[Client, Any]:
    client = Client()
    sent = {"username": name, "password": WORD, "next": next_page}
    return client, client.post("/sign-in/", sent)


def give_code(client: Client, code: str) -> Any:
    return client.post("/sign-in/code/", {"code": code})


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_log_says_with_what_somebody_signed_in(
    company: Company, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    phone, codes = set_up(client_of("ann"))
    caplog.handler.addFilter(NotedFilter())
    caplog.set_level(logging.INFO, "closing.request")
    for code in (phone.code(2), codes[0]):
        client, _ = give_password()
        clock.shift(60)
        give_code(client, code)
    logged = [getattr(one, "noted", {}).get("factors") for one in caplog.records]
    assert logged == ["password", "password, totp", "password", "password, recovery_codes"]


def test_the_code_is_asked_for_after_the_password(company: Company, clock: Any) -> None:
    phone, _ = set_up(client_of("ann"))
    clock.shift(30)
    client, answer = give_password(next_page="/orders/")
    assert answer.headers["Location"] == "/sign-in/code/"
    assert not is_signed_in(client)
    assert client.get("/sign-in/code/").status_code == 200
    wrong = give_code(client, "000000" if phone.code() != "000000" else "000001")
    assert wrong.status_code == 200
    assert "is wrong" in said(wrong)
    assert not is_signed_in(client)
    spaced = f"{phone.code()[:3]} {phone.code()[3:]}"
    assert give_code(client, spaced).headers["Location"] == "/orders/"
    assert is_signed_in(client)


def test_a_code_is_used_once(company: Company, clock: Any) -> None:
    phone, _ = set_up(client_of("ann"))
    first, _ = give_password()
    # The code of setting up was used by it.
    assert give_code(first, phone.code()).status_code == 200
    clock.shift(30)
    code = phone.code()
    assert give_code(first, code).status_code == 302
    second, _ = give_password()
    assert give_code(second, code).status_code == 200
    clock.shift(30)
    # Nor an earlier one that is still within the tolerance.
    assert give_code(second, phone.code(-1)).status_code == 200
    assert give_code(second, phone.code()).status_code == 302


def test_a_clock_may_be_half_a_minute_off_and_no_more(company: Company, clock: Any) -> None:
    phone, _ = set_up(client_of("ann"))
    clock.shift(300)
    client, _ = give_password()
    assert give_code(client, phone.code(2)).status_code == 200
    assert give_code(client, phone.code(-2)).status_code == 200
    assert give_code(client, phone.code(1)).status_code == 302


def test_a_recovery_code_signs_in_once(company: Company, clock: Any) -> None:
    _, codes = set_up(client_of("ann"))
    client, _ = give_password()
    assert give_code(client, codes[3]).status_code == 302
    assert "Codes left: 9" in said(client.get(PAGE))
    again, _ = give_password()
    assert give_code(again, codes[3]).status_code == 200
    assert give_code(again, codes[4]).status_code == 302
    renewed = RECOVERY.findall(client.post(f"{PAGE}codes/", {"code": codes[6]}).content.decode())
    assert len(renewed) == 10
    assert not set(codes) & set(renewed)
    last, _ = give_password()
    assert give_code(last, codes[5]).status_code == 200
    assert give_code(last, renewed[5]).status_code == 302


def test_wrong_codes_lock_out_like_wrong_passwords(company: Company, clock: Any) -> None:
    phone, _ = set_up(client_of("ann"))
    clock.shift(30)
    client, _ = give_password()
    wrong = str((int(phone.code()) + 7) % 1_000_000).zfill(6)
    assert [give_code(client, wrong).status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    assert give_code(client, phone.code()).status_code == 429
    _, refused = give_password()
    assert refused.status_code == 429
    clock.shift(timedelta(minutes=16))
    client, _ = give_password()
    assert give_code(client, phone.code()).status_code == 302


def test_the_step_between_waits_five_minutes(company: Company, clock: Any) -> None:
    phone, _ = set_up(client_of("ann"))
    client, _ = give_password()
    clock.shift(timedelta(minutes=5, seconds=1))
    assert give_code(client, phone.code()).headers["Location"] == "/sign-in/"
    assert give_code(Client(), phone.code()).headers["Location"] == "/sign-in/"
    # Whose password changed meanwhile begins again.
    client, _ = give_password()
    ann = User.objects.get(username="ann")
    ann.set_password("other words sail")
    ann.save()
    assert give_code(client, phone.code()).headers["Location"] == "/sign-in/"


def test_setting_up_ends_other_sessions_and_asks_for_the_password(
    company: Company, clock: Any
) -> None:
    other, client = client_of("ann"), client_of("ann")
    clock.shift(timedelta(minutes=16))
    asked = client.get(PAGE)
    assert asked.status_code == 401
    assert client.post(PAGE, {"password_again": WORD}).status_code == 200
    phone, _ = set_up(client)
    assert is_signed_in(client)
    assert not is_signed_in(other)
    clock.shift(timedelta(minutes=16))
    sent = {"code": phone.code()}
    assert client.post(f"{PAGE}off/", sent).status_code == 401
    assert client.post(f"{PAGE}codes/", sent).status_code == 401
    assert client.post(f"{PAGE}off/", {**sent, "password_again": WORD}).status_code == 302
    assert not Authenticator.objects.exists()
    _, answer = give_password()
    assert answer.headers["Location"] == "/"


def test_what_weakens_an_account_asks_for_a_code_too(company: Company, clock: Any) -> None:
    """Who finds a signed-in browser, and knows the password, has not the phone."""
    client = client_of("ann")
    _, codes = set_up(client)
    left = Authenticator.objects.count()
    for path in ("off/", "codes/"):
        for sent in ({}, {"code": "00000000"}):
            refused = client.post(f"{PAGE}{path}", sent)
            assert refused.status_code == 200
            assert RECOVERY.findall(refused.content.decode()) == []
    assert Authenticator.objects.count() == left
    word = "new boats sail too"
    sent = {"old_password": WORD, "new_password1": word, "new_password2": word}
    assert client.post("/preferences/", sent).status_code == 200
    ann = User.objects.get(username="ann")
    assert ann.check_password(WORD)
    assert client.post("/preferences/", {**sent, "code": codes[0]}).status_code == 302
    ann.refresh_from_db()
    assert ann.check_password(word)


def test_a_wrong_first_code_switches_nothing_on(company: Company, clock: Any) -> None:
    client = client_of("ann")
    token = unescape(SET_UP.findall(client.get(PAGE).content.decode())[0])
    for sent in (
        {"set_up": token, "code": "000000"},
        {"set_up": f"{token[:-4]}AAAA", "code": "000000"},
        {"set_up": token, "code": ""},
        {"code": "123456"},
    ):
        assert not RECOVERY.findall(client.post(PAGE, sent).content.decode())
    clock.shift(timedelta(minutes=14))
    assert User.objects.get(username="ann").second_factor_since is None
    assert not Authenticator.objects.exists()


def test_keys_lie_encrypted_in_the_database(company: Company, clock: Any) -> None:
    phone, codes = set_up(client_of("ann"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, ' ') FROM mfa_authenticator AS a")
        (kept,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(session_data, ' ') FROM companies_usersession")
        (sessions,) = cursor.fetchone()
    for secret in (phone.key, *codes):
        assert secret not in kept + sessions


def test_approvers_need_it_where_the_company_says_so(company: Company, clock: Any) -> None:
    Company.objects.update(second_factor_for_approvers=True)
    mo = client_of("mo")
    for path in ("/", "/?company=NW", "/orders/", "/closing/NW/2026-01/"):
        assert mo.get(path).headers["Location"] == f"/c/NW{PAGE}"
    assert "requires two-step sign-in" in said(mo.get("/", follow=True))
    assert mo.post("/closing/NW/2026-01/review/1/").status_code in (403, 404)
    refused = mo.post("/closing/NW/2026-01/lock-now/", {"idempotency_key": "k"})
    assert refused.status_code in (403, 404)
    assert mo.get("/preferences/").status_code == 200
    _, codes = set_up(mo)
    assert mo.get("/orders/").status_code == 200
    # It stays on while they approve there; who approves nothing is free.
    kept = mo.post(f"{PAGE}off/", {"code": codes[0]})
    assert kept.status_code == 409
    assert "requires two-step sign-in" in said(kept)
    for name in ("ann", "rep"):
        assert client_of(name).get("/orders/").status_code == 200


def test_every_page_of_the_company_is_closed_to_an_approver_without(
    company: Company, clock: Any
) -> None:
    """Whatever the address: asked of the policy, not of each page."""
    Company.objects.update(second_factor_for_approvers=True)
    mo = client_of("mo")
    for name in ("invoice_list", "audit", "reports", "search", "members", "customer_list"):
        assert mo.get(reverse(name)).status_code in (302, 403), name
    assert mo.get("/orders/", headers={"HX-Request": "true"}).status_code == 403
    assert mo.post("/customers/new/", {}).status_code == 403


def test_an_administrator_asks_for_it_by_the_settings_page(company: Company, clock: Any) -> None:
    admin = client_of("admin")
    page = admin.get("/settings/company/")
    form = page.context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    sent = {**given, "second_factor_for_approvers": "on", "idempotency_key": key_of(page)}
    sent = {name: value for name, value in sent.items() if value is not False}
    assert admin.post("/settings/company/", sent).status_code == 302
    company.refresh_from_db()
    assert company.second_factor_for_approvers
    assert admin.get("/settings/company/").headers["Location"] == f"/c/NW{PAGE}"
    entry = AuditEntry.objects.filter(document_kind="company").latest("id")
    assert entry.after
    assert entry.after["second_factor_for_approvers"] is True


def test_the_operator_takes_it_away_and_the_audit_says_so(company: Company, clock: Any) -> None:
    mo = client_of("mo")
    set_up(mo)
    Company.objects.update(second_factor_for_approvers=True)
    assert run("reset_second_factor", "mo") == ({"user": "mo", "reset": True}, 0)
    assert not is_signed_in(mo)
    entries = AuditEntry.objects.filter(document_kind="person").order_by("id")
    told = [(e.actor, bool(e.after and e.after["second_factor_since"])) for e in entries]
    assert told[-2:] == [("mo", True), ("reset_second_factor", False)]


def test_no_page_of_the_library_can_be_reached() -> None:
    for name in ("account_signup", "account_login", "account_email", "mfa_index"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    addresses = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    assert not [address for address in addresses if "account" in address]
    assert Client().get("/accounts/signup/").status_code == 404
    assert Client().get("/admin/mfa/authenticator/").status_code in (302, 404)


def test_every_role_may_have_one(company: Company, clock: Any) -> None:
    assert set(Role.values) >= {"finance"}
    phone, _ = set_up(client_of("rep"))
    clock.shift(30)
    client, _ = give_password("rep")
    assert give_code(client, phone.code()).status_code == 302

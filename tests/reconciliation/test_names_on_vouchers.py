"""制单, 审核, 记账, 出纳: the names that a voucher bears on its page, on paper and in files."""

from pathlib import Path

import pytest
from django.test import Client

from closing_site import sql
from closing_site.companies.models import Membership, Role, User
from payments.actions.recording import record_payment
from reconciliation.models import Voucher
from tests.commands import run
from tests.invoicing.tea import open_trader
from tests.pages_of_entry import content_of
from tests.pdfs import text_of
from tests.reports.locked import close_month

pytestmark = pytest.mark.django_db


def names(kind: str) -> tuple[str | None, ...]:
    (found, *_others) = Voucher.objects.filter(kind=kind).order_by("id")
    (row,) = sql.rows(
        "SELECT DISTINCT prepared_by, reviewed_by, posted_by, cashier FROM v_vouchers"
        " WHERE number = %(number)s",
        {"number": found.number},
    )
    return tuple(row.values())


def client() -> Client:
    signed_in = Client()
    User.objects.update(language="zh-hans")
    signed_in.force_login(User.objects.get(username="ann"))
    return signed_in


def test_a_locked_month_s_vouchers_bear_their_names(tmp_path: Path) -> None:
    company = open_trader(tmp_path)
    lee = User.objects.create(username="lee")
    Membership.objects.create(company=company, user=lee, role=Role.CASHIER)
    given = {"reference": "P1", "customer_code": "K1", "received_on": "2026-01-20"}
    record_payment(company=company, given={**given, "amount": "7", "method": "cash"}, by=lee)
    close_month()
    prepared_by, reviewed_by, posted_by, cashier = names("receipt")
    assert (prepared_by, reviewed_by, cashier) == ("ann", "mo", "lee")
    assert posted_by in ("ann", "mo")
    assert names("transfer")[3] is None
    receipt = Voucher.objects.filter(kind="receipt").order_by("id")[0].number
    page = client().get(f"/vouchers/{receipt}/").content.decode()
    paper = text_of(client().get(f"/vouchers/{receipt}/voucher.pdf").content)
    rows = content_of(client().get("/vouchers/?export=csv")).decode()
    for title in ("制单", "审核", "记账", "出纳"):
        assert title in page
        assert title in paper
        assert title in rows
    assert f"制单 {prepared_by}" in paper
    assert f"审核 {reviewed_by}" in paper
    assert client().get("/vouchers/NONE/voucher.pdf").status_code == 404


def test_before_the_lock_nobody_has_reviewed(tmp_path: Path) -> None:
    open_trader(tmp_path)
    close_month()
    told, status = run(
        *("reopen_period", "2026-01", "--company", "TEA", "--reason", "A late order"),
        *("--as", "ann", "--approve-as", "mo"),
    )
    assert status == 0, told
    assert names("transfer")[:3] == (None, None, None)

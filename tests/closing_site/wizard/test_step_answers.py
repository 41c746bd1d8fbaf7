"""Findings answered on the page of a step: let stand or held back, one, several, all."""

import re
from typing import Any

import pytest

from closing_site.desk import actions
from closing_site.desk.models import Acknowledgement, Finding, StepStock
from closing_site.desk.stock import recount_findings
from closing_site.periods.models import Period
from closing_site.wizard.answering import blocked_orders
from orders.runs.confirm import preview_deferral
from tests.closing_site.wizard.by_pages import (
    REASON,
    clear,
    october,
    page,
    post,
    run_step,
    said,
    sign,
    signed_in,
    url,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]


def test_what_waits_is_answered_and_then_signed() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    clear(finance, "confirm")
    text = page(finance, "confirm")
    assert "ready to sign" in text
    assert f"Let stand by finance: {REASON}" in text
    assert f"Deferred by finance: {REASON}" in text
    assert sign(finance, "confirm").status_code == 302
    assert "Signed off by finance" in page(finance, "confirm")


def test_one_finding_is_let_stand_the_others_wait_on() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    before = StepStock.objects.get(period=october(), step="confirm").tally
    key = page(finance, "confirm", "findings", "duplicate-order").partition('name="finding"')[2]
    finding = key.partition('value="')[2].partition('"')[0]
    data = {"how": "let-stand", "finding": finding}
    asked = finance.get(url("confirm", "answer"), data).content.decode()
    assert "Let these findings stand" in asked
    assert "This field is required" in post(finance, "confirm", "answer", **data).content.decode()
    assert post(finance, "confirm", "answer", reason=REASON, **data).status_code == 302
    after = StepStock.objects.get(period=october(), step="confirm").tally
    for slug, counted in before.items():
        less = 1 if slug == "duplicate-order" else 0
        assert after[slug]["standing"] == counted["standing"] - less
    assert Acknowledgement.objects.get(reason=REASON).check_slug == "duplicate-order"


def test_several_are_answered_and_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    finance = signed_in("finance")
    run_step(finance, "pay")
    found = re.findall(r'name="finding"\s+value="(\d+)"', page(finance, "pay"))
    assert len(found) > 2
    counted: list[str] = []

    def counting(period: Period, step: str) -> None:
        counted.append(step)
        recount_findings(period, step)

    monkeypatch.setattr(actions, "recount_findings", counting)
    data: dict[str, Any] = {"how": "let-stand", "finding": found, "reason": REASON}
    assert post(finance, "pay", "answer", **data).status_code == 302
    assert Acknowledgement.objects.filter(reason=REASON).count() == len(found)
    assert counted == ["pay"]


@pytest.mark.parametrize("nonsense", ["9" * 30, "-1", "x"])
def test_what_is_no_key_names_nothing(nonsense: str) -> None:
    finance = signed_in("finance")
    data = {"how": "let-stand", "finding": nonsense}
    answer = finance.get(url("confirm", "answer"), data, follow=True)
    assert "Choose findings first" in answer.content.decode()
    asked = f"{url('confirm', 'findings', 'duplicate-order')}?after={nonsense}"
    assert finance.get(asked).status_code == 200


def test_answering_nothing_says_how_to_choose() -> None:
    answer = signed_in("finance").get(url("confirm", "answer"), {"how": "let-stand"}, follow=True)
    assert "Choose findings first" in answer.content.decode()


def test_what_blocks_by_nature_is_not_let_stand() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    answer = post(
        finance,
        *("confirm", "answer"),
        how="let-all-stand",
        check="unknown-product",
        reason=REASON,
    )
    assert "blocks by its nature" in said(answer)


def test_a_bulk_answer_shows_the_documents_their_amounts_and_the_sum() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    asked = finance.get(url("confirm", "answer"), {"how": "defer-all"}).content.decode()
    blocked = blocked_orders(october(), "confirm", None)
    rows = preview_deferral(october(), blocked)
    assert rows
    for row in rows[:20]:
        assert row["number"] in asked
    assert f"{len(rows)} deliver" in " ".join(asked.split()) or "deliveries, net" in asked
    warned = finance.get(url("confirm", "answer"), {"how": "let-warnings-stand"}).content.decode()
    assert "/orders/" in warned.partition('class="findings-list')[2]


def test_what_someone_held_back_already_is_said_with_their_reason() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    blocked = Finding.objects.filter(
        period=october(), severity="block", document_kind="order", resolved_at=None
    )
    finding = str(blocked.exclude(check_slug="delivered-not-confirmed")[0].pk)
    data = {"how": "defer", "finding": finding, "reason": REASON}
    assert post(finance, "confirm", "answer", **data).status_code == 302
    again = said(post(signed_in("manager"), "confirm", "answer", **data))
    assert "already deferred by finance" in again
    assert REASON in again

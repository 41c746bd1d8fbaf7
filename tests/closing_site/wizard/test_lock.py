"""Asking for the lock, a second person's word on it, the lock, and reopening: all by pages."""

import pytest

from closing_site.acting import acting
from closing_site.companies.models import AuditEntry, User
from closing_site.desk.actions import acknowledge_check
from closing_site.desk.models import Acknowledgement, Approval
from closing_site.periods.models import Period, Reopening, Seal, SignOff
from closing_site.wizard import approvals
from closing_site.wizard.approvals import close_digest
from closing_site.wizard.errors import ApprovalStale
from closing_site.wizard.pressed import pressed
from closing_site.wizard.totals import all_totals
from tests.closing_site.wizard.by_pages import (
    LOCKED,
    OPEN,
    REASON,
    STEPS,
    ask_for_lock,
    clear,
    decide,
    october,
    page,
    post,
    receive,
    run_step,
    said,
    sign,
    sign_all,
    signed_in,
)
from tests.commands import run
from tests.laws.racing import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]


def seals() -> list[str]:
    return list(Seal.objects.filter(period=october()).values_list("digest", flat=True))


def test_finance_signs_a_manager_approves_and_the_month_is_locked() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    approval = ask_for_lock(finance)
    assert approval.digest == close_digest(october(), all_totals(october()))
    assert "Lock 2026-10" in manager.get("/").content.decode()
    text = page(manager, "lock")
    assert "finance asked for the lock" in text
    assert approval.digest in text
    assert text.count(REASON) > 1
    assert decide(manager, approval, "lock").status_code == 302
    (seal,) = Seal.objects.filter(period=october())
    assert (seal.sealed_by.username, seal.approved_by.username) == ("finance", "manager")
    assert pressed(october())["locked"] == ["manager"]
    shown = page(signed_in("auditor"), "lock")
    assert seal.digest in shown
    assert seal.signature in shown
    assert "whole, and signed with this installation" in shown
    assert run("verify_integrity", "--company", "DEMO")[1] == 0


def test_approved_by_one_it_is_locked_by_the_other_once() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    decide(manager, ask_for_lock(finance), "approve")
    assert seals() == []
    assert "The lock is approved" in finance.get("/").content.decode()
    for _ in range(2):
        assert post(finance, "lock", "now", idempotency_key="once").status_code == 302
    assert len(seals()) == 1
    assert "is locked already" in said(post(finance, "lock", "now"))


def test_the_lock_is_not_asked_for_before_every_step_is_signed() -> None:
    finance = signed_in("finance")
    assert "Confirm orders is not signed off" in said(post(finance, "lock", "ask"))
    assert "Ask for approval" not in page(finance, "lock")


def test_who_asked_does_not_approve_and_finance_never_does() -> None:
    manager = signed_in("manager")
    sign_all(manager)
    approval = ask_for_lock(manager)
    assert "Approve and lock" not in page(manager, "lock")
    assert "approved by another person" in said(decide(manager, approval, "approve"))
    assert decide(signed_in("finance"), approval, "approve").status_code == 403
    assert decide(signed_in("admin"), approval, "lock").status_code == 302
    assert len(seals()) == 1


def test_who_signed_a_step_does_not_approve_until_another_signs_it() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    assert sign(manager, STEPS[-1]).status_code == 302
    approval = ask_for_lock(finance)
    assert "Approve and lock" not in page(manager, "lock")
    assert "You signed a step of this month" in page(manager, "lock")
    assert "cannot approve the lock" in said(decide(manager, approval, "lock"))
    assert sign(finance, STEPS[-1]).status_code == 302
    assert decide(manager, approval, "lock").status_code == 302
    assert len(seals()) == 1


def test_the_audit_names_who_pressed_and_the_seal_who_prepared() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    decide(manager, ask_for_lock(finance), "approve")
    post(finance, "lock", "now")
    assert pressed(october())["locked"] == ["finance"]
    text = page(manager, "lock")
    assert "Prepared by" in text
    assert "Locked by" in text


def test_of_two_who_approve_at_once_the_second_learns_who_did(owner_cursor: object) -> None:
    finance, manager, admin = (signed_in(name) for name in ("finance", "manager", "admin"))
    sign_all(finance)
    approval = ask_for_lock(finance)
    racers = all_at_once(
        [lambda: decide(manager, approval, "lock"), lambda: decide(admin, approval, "lock")],
        owner_cursor,  # type: ignore[arg-type]
    )
    answers = {racer.result.status_code: racer.result for racer in racers}
    assert set(answers) == {302, 409}
    assert "decided already, by " in said(answers[409])
    assert len(seals()) == 1


def test_a_request_that_the_figures_left_behind_is_asked_for_again() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    approval = ask_for_lock(finance)
    assert "Approve and lock" in page(manager, "lock")
    receive("RC-LATE")
    for client in (finance, manager):
        text = page(client, "lock")
        assert "The request is out of date" in text
        assert "Approve and lock" not in text
        assert "signed, to be counted again" in text
    assert "asks for your approval" not in manager.get("/").content.decode()
    post(finance, "count")
    text = page(finance, "lock")
    assert "Receipts" in text.partition('id="decision"')[2].partition("</section>")[0]
    assert "Ask again" not in text
    for step in ("pay", "reconcile", "report"):
        run_step(finance, step)
        clear(finance, step)
        assert sign(finance, step).status_code == 302
    assert "Approve and lock" not in page(manager, "lock")
    assert "Ask again" in page(finance, "lock")
    again = ask_for_lock(finance)
    assert again.digest != approval.digest
    assert "Approve and lock" in page(manager, "lock")
    assert decide(manager, again, "lock").status_code == 302


def test_an_approval_that_the_figures_left_behind_locks_nothing() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    decide(manager, ask_for_lock(finance), "approve")
    _change_a_reason()
    text = page(finance, "lock")
    assert "The approval is out of date" in text
    assert "Ask again" in text
    assert "lock/now" not in text


def test_without_an_approval_there_is_no_lock() -> None:
    finance = signed_in("finance")
    sign_all(finance)
    assert "needs the approval of another person" in said(post(finance, "lock", "now"))


def test_a_request_is_sent_back_with_a_reason_and_made_again() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    approval = ask_for_lock(finance)
    assert "a reason is needed" in said(decide(manager, approval, "refuse"))
    assert decide(manager, approval, "refuse", reason="Ask Acme first").status_code == 302
    assert "Ask Acme first" in page(finance, "lock")
    assert "Ask Acme first" in finance.get("/").content.decode()
    assert "needs the approval of another person" in said(post(finance, "lock", "now"))
    assert "decided already, by manager" in said(decide(manager, approval, "approve"))
    again = ask_for_lock(finance)
    assert decide(manager, again, "lock").status_code == 302


def test_a_request_is_made_once_and_can_be_taken_back() -> None:
    finance = signed_in("finance")
    sign_all(finance)
    approval = ask_for_lock(finance)
    assert "finance has asked for this already" in said(post(finance, "lock", "ask"))
    other = signed_in("manager")
    assert post(other, "lock", str(approval.pk), "withdraw").status_code in {403, 404}
    assert Approval.objects.filter(pk=approval.pk).exists()
    assert post(finance, "lock", str(approval.pk), "withdraw").status_code == 302
    assert not Approval.objects.filter(kind="lock", decided_at=None).exists()
    assert AuditEntry.objects.filter(actor="finance", action="withdrawn").count() == 1
    manager = User.objects.get(username="manager")
    with pytest.raises(ApprovalStale):
        approvals.decide(approval, is_granted=True, reason="", seen=approval.digest, by=manager)


def test_an_approval_holds_for_what_was_seen() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    approval = ask_for_lock(finance)
    assert "no longer so" in said(decide(manager, approval, "approve", seen="other"))
    decide(manager, approval, "approve")
    _change_a_reason()
    assert "no longer so" in said(post(finance, "lock", "now"))
    assert seals() == []
    again = ask_for_lock(finance)
    assert decide(manager, again, "lock").status_code == 302


def test_what_changed_after_the_request_is_not_approved() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    approval = ask_for_lock(finance)
    _change_a_reason()
    assert "no longer so" in said(decide(manager, approval, "approve"))


def test_of_two_who_lock_at_once_one_does(owner_cursor: object) -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    sign_all(finance)
    decide(manager, ask_for_lock(finance), "approve")
    racers = all_at_once(
        [lambda: post(finance, "lock", "now"), lambda: post(manager, "lock", "now")],
        owner_cursor,  # type: ignore[arg-type]
    )
    assert sorted(racer.result.status_code for racer in racers) == [302, 409]
    assert len(seals()) == 1


def test_the_last_locked_month_is_reopened_by_two_and_keeps_its_seal() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    september = Period.objects.get(company__code="DEMO", code=LOCKED)
    old = september.seals.get().digest
    text = page(finance, "reopen", month=LOCKED)
    assert old in text
    assert f"{OPEN} cannot be locked before" in text
    assert "This field is required" in post(finance, "reopen", month=LOCKED).content.decode()
    assert post(finance, "reopen", month=LOCKED, reason=REASON).status_code == 302
    approval = Approval.objects.get(kind="reopen", decided_at=None)
    assert f"Reopen {LOCKED}" in manager.get("/").content.decode()
    parts = ("reopen", str(approval.pk))
    assert post(finance, *parts, month=LOCKED, decision="approve").status_code == 403
    sent = {"decision": "approve", "seen": approval.digest}
    for _ in range(2):
        answer = post(manager, *parts, month=LOCKED, idempotency_key="once", **sent)
        assert answer.status_code == 302
    september.refresh_from_db()
    assert september.status == "open"
    assert pressed(september)["reopened"] == ["manager"]
    months = finance.get("/closing/DEMO/").content.decode()
    assert old[:8] in months
    assert "reopened since" in months
    text = page(finance, "lock", month=LOCKED)
    assert old in text
    assert f"/reports/DEMO/{LOCKED}/" in text
    assert Reopening.objects.filter(period=september).count() == 1
    assert REASON in page(finance, month=LOCKED)
    assert old[:16] in page(finance, month=LOCKED)


def test_only_the_last_locked_month_is_reopened_and_a_no_says_why() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    assert "Only the last locked month" in page(finance, "reopen", month="2026-08")
    refused = post(finance, "reopen", month="2026-08", reason=REASON)
    assert "Only the last locked month" in said(refused)
    assert "is not locked" in said(post(finance, "reopen", reason=REASON))
    post(finance, "reopen", month=LOCKED, reason=REASON)
    approval = Approval.objects.get(kind="reopen", decided_at=None)
    parts = ("reopen", str(approval.pk))
    sent = {"decision": "refuse", "seen": approval.digest}
    assert "a reason is needed" in said(post(manager, *parts, month=LOCKED, **sent))
    post(manager, *parts, month=LOCKED, reason="No need", **sent)
    assert "No need" in page(finance, month=LOCKED)


def test_by_pages_and_by_command_the_month_is_the_same() -> None:
    """The steps signed by pages are the command's: it only has to lock."""
    sign_all(signed_in("finance"))
    signed = SignOff.objects.filter(period=october()).count()
    told, status = run(
        *("close_period", OPEN, "--company", "DEMO", "--as", "finance"),
        *("--approve-as", "manager"),
    )
    assert (told["status"], status) == ("locked", 0), told["reasons"]
    assert signed == len(STEPS)


def test_signing_again_after_a_change_makes_the_lock_possible() -> None:
    finance = signed_in("finance")
    sign_all(finance)
    signer = october().sign_offs.all()[0].signed_by
    with acting(signer.username):
        SignOff.objects.create(
            company=october().company,
            period=october(),
            step="report",
            signed_by=signer,
            figures={"net": "0.01"},
            digest="0",
        )
    assert "Invoiced, net 0.01 →" in said(post(finance, "lock", "ask"))
    assert "Invoiced, net 0.01 →" in page(finance, "report")
    run_step(finance, "report")


def _change_a_reason() -> None:
    """Someone lets one more finding stand: the figures are the same, what was seen is not."""
    taken = Acknowledgement.objects.values_list("check_slug", flat=True)
    note = next(
        slug for slug in ("not-accepted", "zero-rate-without-reason") if slug not in set(taken)
    )
    by = october().company.memberships.get(user__username="finance").user
    assert acknowledge_check(period=october(), check_slug=note, reason="Later", by=by)

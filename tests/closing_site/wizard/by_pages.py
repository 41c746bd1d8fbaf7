"""Closing the demo company's October as people do it: by its pages, the worker beside them."""

import re
from itertools import count
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from closing_site.companies.models import User
from closing_site.desk.models import Approval, Run, RunState
from closing_site.periods.models import Period
from closing_site.wizard.running import step_of_run
from closing_site.wizard.steps import all_steps
from closing_site.wizard.tasks import carry_out
from payments.actions.recording import record_payment
from payments.models import Payment

OPEN, LOCKED = "2026-10", "2026-09"
REASON = "As agreed with the manager"
_keys = count(1)
STEPS = [step.slug for step in all_steps()]


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def url(*parts: str, month: str = OPEN) -> str:
    return "/".join(["/closing/DEMO", month, *parts, ""])


def page(client: Client, *parts: str, month: str = OPEN) -> str:
    """The part of a page that is its own; it is there."""
    answer = client.get(url(*parts, month=month))
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode().partition("<main")[2]


def key(text: str) -> str:
    found = re.search(r'name="idempotency_key"\s+value="([^"]+)"', text)
    assert found
    return found[1]


def post(client: Client, *parts: str, month: str = OPEN, **data: Any) -> HttpResponse:
    """As a form sends it: with a key of its own, unless one is given."""
    sent = {"idempotency_key": f"key-{next(_keys)}", **data}
    answer: Any = client.post(url(*parts, month=month), sent)
    return cast(HttpResponse, answer)


def said(answer: HttpResponse) -> str:
    """The sentence of a refusal."""
    assert answer.status_code == 409, answer.status_code
    return answer.content.decode().partition('class="refusal"')[2].partition("</div>")[0]


def work() -> list[Run]:
    """What the worker of the steps does: every queued run of them. Close packs have their own."""
    found = Run.objects.filter(state=RunState.QUEUED).order_by("id")
    queued = [run for run in found if step_of_run(run.kind)]
    for run in queued:
        carry_out.func(run=run.pk)
        run.refresh_from_db()
    return queued


def run_step(client: Client, step: str) -> None:
    """The step's runs, or its checks where it has none, and the worker that does them."""
    kinds = [run.kind for run in all_steps()[STEPS.index(step)].runs] or [f"check-{step}"]
    for kind in kinds:
        assert post(client, "runs", kind).status_code == 302
        (run,) = work()
        assert run.state == RunState.DONE, run.message


def clear(client: Client, step: str) -> None:
    """Answer all that waits: defer what is blocked, let the warnings stand, and confirm what these
    held."""
    text = page(client, step)
    if "defer-all" in text:
        post(client, step, "answer", how="defer-all", reason=REASON)
    if "let-warnings-stand" in text:
        post(client, step, "answer", how="let-warnings-stand", reason=REASON)
        if step == "confirm":
            run_step(client, step)


def sign(client: Client, step: str, **data: Any) -> HttpResponse:
    found = re.search(r'name="seen"\s+value="([^"]+)"', page(client, step))
    return post(client, step, "sign", **{"seen": found[1] if found else "", **data})


def sign_all(client: Client) -> None:
    for step in STEPS:
        run_step(client, step)
        clear(client, step)
        answer = sign(client, step)
        assert answer.status_code == 302, answer.content.decode()


def ask_for_lock(client: Client) -> Approval:
    assert post(client, "lock", "ask").status_code == 302
    return Approval.objects.get(kind="lock", decided_at=None)


def decide(client: Client, approval: Approval, decision: str, **data: Any) -> HttpResponse:
    sent = {"seen": approval.digest, "decision": decision, **data}
    return post(client, "lock", str(approval.pk), **sent)


def receive(reference: str, received_on: str = "2026-10-20") -> Payment:
    """Someone records a payment of October by form."""
    given = {
        "reference": reference,
        "customer_code": "C001",
        "received_on": received_on,
        "amount": "10.00",
        "method": "cash",
    }
    by = User.objects.get(username="finance")
    return record_payment(company=october().company, given=given, by=by)


def october() -> Period:
    return Period.objects.select_related("company").get(company__code="DEMO", code=OPEN)

"""A request to reopen a month is withdrawn by the person who made it, and by nobody else."""

import pytest

from closing_site.companies.models import AuditEntry
from closing_site.desk.models import Approval
from tests.closing_site.wizard.by_pages import LOCKED, REASON, page, post, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]


def test_a_request_to_reopen_is_withdrawn_by_who_made_it() -> None:
    finance, manager = signed_in("finance"), signed_in("manager")
    assert post(finance, "reopen", month=LOCKED, reason=REASON).status_code == 302
    asked = Approval.objects.get(kind="reopen", decided_at=None)
    where = ("reopen", str(asked.pk), "withdraw")
    assert "/withdraw/" in page(finance, "reopen", month=LOCKED)
    assert "/withdraw/" not in page(manager, "reopen", month=LOCKED)
    assert post(manager, *where, month=LOCKED).status_code == 404
    assert Approval.objects.filter(pk=asked.pk).exists()
    assert post(finance, *where, month=LOCKED).status_code == 302
    assert not Approval.objects.filter(kind="reopen", decided_at=None).exists()
    assert AuditEntry.objects.filter(actor="finance", action="withdrawn").count() == 1
    # Whoever had the page open is told so; what never was is not found.
    decided = ("reopen", str(asked.pk))
    for client, there in ((manager, decided), (finance, where)):
        assert post(client, *there, month=LOCKED, decision="approve").status_code == 409
    assert post(finance, "reopen", "999999", "withdraw", month=LOCKED).status_code == 404
    # It can be asked for again.
    assert post(finance, "reopen", month=LOCKED, reason=REASON).status_code == 302

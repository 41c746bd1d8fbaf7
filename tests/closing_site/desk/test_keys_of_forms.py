"""A form's key is bound to what was sent: sent again it has one effect, with other data none."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from closing_site.companies.models import Company
from closing_site.desk import idempotency
from closing_site.desk.models import Approval, IdempotencyKey, Run
from payments.models import Payment
from tests.entering import the_shop
from tests.pages_of_entry import client_of, key_of, said

pytestmark = pytest.mark.django_db

NEW = "/payments/new/"
PAYMENT = {
    **{"reference": "P1", "customer_code": "ACME", "received_on": "2026-02-10"},
    **{"amount": "150", "method": "cash"},
}
REFUSED = "already sent with other data"


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def _send(client: Client, key: str, **changes: Any) -> Any:
    return client.post(NEW, {**PAYMENT, **changes, "idempotency_key": key})


def test_the_same_form_again_has_one_effect(shop: Company) -> None:
    client = client_of("finance")
    key = key_of(client.get(NEW))
    first, second = (_send(client, key) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert Payment.objects.count() == 1


def test_the_same_key_with_other_data_is_refused_and_keeps_the_form(shop: Company) -> None:
    client = client_of("finance")
    key = key_of(client.get(NEW))
    assert _send(client, key).status_code == 302
    answer = _send(client, key, reference="P2", amount="777", memo="typed by hand")
    assert answer.status_code == 200
    assert REFUSED in said(answer)
    text = answer.content.decode()
    assert 'value="777"' in text
    assert "typed by hand" in text
    assert list(Payment.objects.values_list("reference", flat=True)) == ["P1"]
    # The form came back with a key of its own.
    assert key_of(answer) != key
    assert _send(client, key_of(answer), reference="P2", amount="777").status_code == 302
    assert Payment.objects.count() == 2


def test_a_digest_that_forgets_the_content_is_caught(
    shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: keys as they were, bound to the action alone."""
    monkeypatch.setattr(idempotency, "content_of", lambda _request: "")
    client = client_of("finance")
    key = key_of(client.get(NEW))
    _send(client, key)
    assert _send(client, key, amount="777").status_code == 302


def test_a_button_without_a_form_of_its_own_gives_back_what_was_typed(shop: Company) -> None:
    """A decision: the page it was on shows it no more, so the refusal keeps the words."""
    client = client_of("manager")
    page = "/closing/NW/2026-02/lock/ask/"
    sent = {"idempotency_key": "k", "reason": "first"}
    client.post(page, sent)
    IdempotencyKey.objects.create(
        company=shop,
        key="k",
        action="ask for lock 2026-02",
        content="a" * 64,
        used_by=shop.memberships.get(user__username="manager").user,
    )
    answer = client.post(page, {**sent, "reason": "typed <by> hand"})
    assert answer.status_code == 409
    assert REFUSED in said(answer)
    assert "typed &lt;by&gt; hand</textarea>" in answer.content.decode()
    assert key_of(answer) != "k"
    assert not Approval.objects.exists()


def test_another_file_under_the_same_key_is_refused(shop: Company) -> None:
    client = client_of("finance")
    key = key_of(client.get("/imports/new/"))

    def upload(text: bytes) -> Any:
        file = SimpleUploadedFile("customers.csv", text)
        return client.post("/imports/new/", {"files": file, "idempotency_key": key})

    assert upload(b"code,name\nC1,One\n").status_code == 302
    assert upload(b"code,name\nC1,One\n").status_code == 302
    answer = upload(b"code,name\nC1,Two\n")
    assert REFUSED in said(answer)
    assert Run.objects.count() == 1

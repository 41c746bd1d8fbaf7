"""Invoices as files: who gets which, in which language."""

import io
from zipfile import ZipFile

import pytest
from django.test import Client

from closing_site.companies.models import User
from closing_site.customers.models import SalesRep
from closing_site.desk.models import Run
from invoicing.batch import draw_share
from invoicing.models import Invoice
from tests.invoicing.tea import CODE, january_invoices
from tests.pdfs import text_of

MONTH = f"/invoices/{CODE}/2026-01/"


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


@pytest.fixture
def invoices(january_books: None, db: None) -> list[Invoice]:
    return january_invoices()


@pytest.mark.django_db
def test_it_is_in_the_companys_language_unless_another_is_asked_for(
    invoices: list[Invoice],
) -> None:
    ann, url = signed_in("ann"), f"/invoices/{invoices[0].pk}.pdf"
    answer = ann.get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="INV-2026-01-00001.en.pdf"'
    assert "Billed to" in text_of(answer.content)
    assert "购买方" in text_of(ann.get(f"{url}?language=zh-hans").content)
    assert ann.get(f"{url}?language=fr").status_code == 404


@pytest.mark.django_db
def test_its_page_offers_it_in_each_language(invoices: list[Invoice]) -> None:
    page = signed_in("ann").get(f"/invoices/{invoices[0].number}/").content.decode()
    for language in ("en", "zh-hans"):
        assert f"/invoices/{invoices[0].pk}.pdf?language={language}" in page


@pytest.mark.django_db
def test_a_rep_has_those_of_their_own_orders(invoices: list[Invoice]) -> None:
    SalesRep.objects.filter(code="R1").update(user=User.objects.get(username="rita"))
    assert signed_in("rita").get(f"/invoices/{invoices[0].pk}.pdf").status_code == 200
    assert signed_in("rita").get(f"/invoices/{invoices[1].pk}.pdf").status_code == 404
    assert signed_in("rita").get(f"/invoices/{invoices[2].pk}.pdf").status_code == 404


@pytest.mark.django_db
def test_another_companys_is_not_found(invoices: list[Invoice]) -> None:
    User.objects.create_user("stranger")
    assert signed_in("stranger").get(f"/invoices/{invoices[0].pk}.pdf").status_code == 403
    assert signed_in("stranger").get(f"{MONTH}files/").status_code == 404


@pytest.mark.django_db
def test_asking_for_the_months_starts_one_run(invoices: list[Invoice]) -> None:
    ann = signed_in("ann")
    for _ in range(2):
        answer = ann.post(f"{MONTH}files/", {"language": "en"})
        assert answer.status_code == 302
    run = Run.objects.get(kind="invoice_pdfs en")
    assert (run.state, run.started_by) == ("queued", "ann")
    assert "Draw what is missing" in ann.get(f"{MONTH}files/").content.decode()  # In Chinese.
    assert f'hx-get="{MONTH}files/en/"' in ann.get(f"{MONTH}files/en/").content.decode()


@pytest.mark.django_db
def test_a_rep_has_no_whole_month(invoices: list[Invoice]) -> None:
    assert signed_in("rita").get(f"{MONTH}files/").status_code == 403
    assert signed_in("rita").post(f"{MONTH}files/", {"language": "en"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_archive_is_downloaded(invoices: list[Invoice]) -> None:
    ann = signed_in("ann")
    ann.post(f"{MONTH}files/", {"language": "en"})
    keys = [invoice.pk for invoice in invoices]
    draw_share(Run.objects.get(kind="invoice_pdfs en"), keys, is_stopped=lambda: False)
    answer = ann.get(f"{MONTH}en.zip")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with ZipFile(io.BytesIO(content)) as file:
        assert len(file.namelist()) == 3
    assert "done" in ann.get(f"{MONTH}files/").content.decode()

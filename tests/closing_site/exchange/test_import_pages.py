"""Importing in the browser: upload, look through, write, skip what is bad."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from closing_site.companies.models import Company, User
from closing_site.customers.models import Customer
from closing_site.desk.models import Run, WorkingFile
from closing_site.exchange import uploads
from closing_site.exchange.tasks import import_upload
from orders.models import OrderLine
from tests.entering import the_shop
from tests.pages_of_entry import client_of, content_of, key_of, said, send

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = "code,name,colour\nC1,One,red\nC2,Two,blue\n"
BAD = "code,name,payment_terms_days\nC1,One,30\nC2,Two,soon\n,Three,1\n"


@pytest.fixture
def shop(shop_books: None, transactional_db: None) -> Company:
    return the_shop()


def upload(client: Client, **files: str | bytes) -> Any:
    given = [
        SimpleUploadedFile(
            name.replace("__", "."), text.encode() if isinstance(text, str) else text
        )
        for name, text in files.items()
    ]
    return send(client, "/imports/new/", {"files": given})


def work() -> None:
    """What the worker does with what is queued."""
    for job in ProcrastinateJob.objects.filter(task_name__endswith="import_upload", status="todo"):
        import_upload.func(**job.args)
        ProcrastinateJob.objects.filter(pk=job.pk).update(status="succeeded")


def run_of(answer: Any) -> str:
    assert answer.status_code == 302, said(answer)
    return str(answer.headers["Location"])


def test_files_are_looked_through_first_and_written_on_demand(shop: Company) -> None:
    finance = client_of("finance")
    url = run_of(upload(finance, customers__csv=GOOD))
    assert "looked through" in said(finance.get(url))
    assert finance.get(f"{url}progress/").status_code == 200
    work()
    assert finance.get(f"{url}progress/").headers["HX-Refresh"] == "true"
    page = finance.get(url)
    assert "customers.csv customers UTF-8 2 2 0 0 0 colour" in said(page)
    assert not Customer.objects.filter(code="C1").exists()
    key = key_of(page)
    for _ in range(2):
        assert send(finance, f"{url}write/", {}, key).status_code == 302
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1
    work()
    assert Customer.objects.filter(code__in=["C1", "C2"]).count() == 2
    assert "in the books" in said(finance.get(url))
    again = send(finance, f"{url}write/", {}, "another key")
    assert again.status_code == 409


def test_bad_rows_are_named_downloaded_and_left_out(shop: Company) -> None:
    finance = client_of("finance")
    url = run_of(upload(finance, customers__csv=BAD))
    work()
    page = finance.get(url)
    assert "3 payment_terms_days soon It is not a whole number." in said(page)
    assert "4 code It must not be blank." in said(page)
    bad = WorkingFile.objects.get(document_kind="import_bad_rows")
    file = finance.get(f"{url}files/{bad.pk}/").content.decode()
    assert file.splitlines() == ["code,name,payment_terms_days", "C2,Two,soon", ",Three,1"]
    send(finance, f"{url}write/", {"bad_rows": "skip"}, key_of(page))
    work()
    assert Customer.objects.filter(code__in=["C1", "C2"]).count() == 1


def test_without_skipping_a_file_with_bad_rows_is_refused_whole(shop: Company) -> None:
    finance = client_of("finance")
    url = run_of(upload(finance, customers__csv=BAD))
    work()
    send(finance, f"{url}write/", {}, key_of(finance.get(url)))
    work()
    assert not Customer.objects.filter(code="C1").exists()
    assert "Import the good rows" in said(finance.get(url))


def test_an_archive_is_unpacked_and_its_chinese_names_read(shop: Company) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("books/客户.csv", "客户编码,客户名称\nC1,一\n")
        archive.writestr("__MACOSX/._x.csv", "x")
        archive.writestr("books/readme.txt", "x")
    finance = client_of("finance")
    url = run_of(upload(finance, all__zip=packed.getvalue()))
    work()
    assert "客户.csv customers UTF-8 1 1 0 0 0" in said(finance.get(url))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes__txt", b"x", "There is no file to import"),
        ("all__zip", b"no archive", "cannot be read"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(
    shop: Company, name: str, content: bytes, words: str
) -> None:
    assert words in said(upload(client_of("finance"), **{name: content}))
    assert not Run.objects.exists()


def test_a_name_that_no_file_system_takes_is_shortened(shop: Company) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"{'客户名单' * 40}.csv", GOOD)
        file.writestr(f"{'x' * 300}.csv", GOOD + "C3,Three,\n")
    url = run_of(upload(client_of("finance"), long__zip=archive.getvalue()))
    work()
    assert Run.objects.get().state == "done"
    for name in WorkingFile.objects.filter(document_kind="import").values_list("name", flat=True):
        assert name.endswith(".csv")
        assert name in said(client_of("finance").get(url))


@pytest.mark.parametrize(("most", "how_many"), [("MOST_BYTES", 300), ("MOST_FILES", 3)])
def test_an_upload_is_bounded_in_all_however_it_is_packed(
    shop: Company, monkeypatch: pytest.MonkeyPatch, most: str, how_many: int
) -> None:
    monkeypatch.setattr(uploads, most, how_many)
    packed = []
    for place in range(2):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(f"customers{place}.csv", GOOD * 2)
            file.writestr(f"products{place}.csv", GOOD * 2)
        packed.append(archive.getvalue())
    finance = client_of("finance")
    answer = upload(finance, one__zip=packed[0], two__zip=packed[1])
    assert "divide it" in said(answer)
    assert not WorkingFile.objects.exists()
    assert upload(finance, one__zip=packed[0]).status_code == 302


def test_a_file_whose_name_says_nothing_is_named_and_its_kind_chosen(shop: Company) -> None:
    finance = client_of("finance")
    url = run_of(upload(finance, customers_gb__csv=GOOD, deductions__csv="a,b\n1,2\n"))
    work()
    page = said(finance.get(url))
    assert "None of these files is known by its name." in page
    assert "customers_gb.csv" in page
    assert "/tmp" not in page
    assert "Files of this kind are not taken in yet: deductions.csv" in page
    given = {"file": ["customers_gb.csv"], "kind": ["customers"]}
    assert send(finance, f"{url}kinds/", given, "key").status_code == 302
    work()
    assert "customers_gb.csv customers UTF-8 2 2 0 0 0 colour" in said(finance.get(url))
    send(finance, f"{url}write/", {}, key_of(finance.get(url)))
    work()
    assert Customer.objects.filter(code__in=["C1", "C2"]).count() == 2


def test_a_kind_that_there_is_not_is_refused(shop: Company) -> None:
    finance = client_of("finance")
    url = run_of(upload(finance, nothing__csv=GOOD))
    work()
    answer = send(finance, f"{url}kinds/", {"file": ["nothing.csv"], "kind": ["toys"]}, "key")
    assert "toys is no kind of exchange file" in said(answer)


def test_reasons_are_told_in_the_language_of_who_reads_them(shop: Company) -> None:
    finance, auditor = client_of("finance"), client_of("auditor")
    url = run_of(upload(finance, customers__csv=BAD + "C4,,x,y\n"))
    work()
    User.objects.filter(username="auditor").update(language="zh-hans")
    assert "It must not be blank." in said(finance.get(url))
    page = said(auditor.get(url))
    assert "不得为空" in page or "不能为空" in page, page
    assert "It " not in page


def test_what_fails_says_why_to_readers_of_any_language(shop: Company) -> None:
    finance = client_of("finance")
    url = run_of(upload(finance, customers__csv=GOOD, 客户__csv=BAD))
    work()
    page = said(finance.get(url))
    assert "are both customers; keep one of them." in page
    assert "Nothing was written." in page
    User.objects.filter(username="auditor").update(language="zh-hans")
    for address in (url, "/imports/"):
        page = said(client_of("auditor").get(address))
        assert "keep one of them" not in page
        assert "customers.csv" in page


def test_an_import_whose_worker_died_is_begun_anew_without_doubles(shop: Company) -> None:
    finance = client_of("finance")
    url = run_of(upload(finance, customers__csv=GOOD))
    work()
    send(finance, f"{url}write/", {}, key_of(finance.get(url)))
    (job,) = ProcrastinateJob.objects.filter(status="todo", task_name__endswith="import_upload")
    import_upload.func(**job.args)
    work()
    assert Customer.objects.filter(code__in=["C1", "C2"]).count() == 2
    assert "in the books" in said(finance.get(url))
    assert WorkingFile.objects.filter(document_kind="import_report").count() == 1


def test_imports_are_listed_with_who_and_what_came_of_them(shop: Company) -> None:
    finance = client_of("finance")
    run_of(upload(finance, customers__csv=GOOD))
    work()
    page = said(client_of("auditor").get("/imports/"))
    assert "finance" in page
    assert "looked through" in page
    assert "Import files" not in page


def test_templates_show_how_a_file_looks_and_can_be_imported(shop: Company) -> None:
    finance = client_of("finance")
    names = ["exchange_rates", "customers", "products", "orders", "order_lines", "payments"]
    files = {
        f"{name}__csv": content_of(finance.get(f"/imports/templates/{name}.csv")) for name in names
    }
    url = run_of(upload(finance, **files))
    work()
    assert "Import everything" in said(finance.get(url))
    workbook = finance.get("/imports/templates/orders.xlsx")
    assert content_of(workbook)[:2] == b"PK"
    assert finance.get("/imports/templates/nothing.csv").status_code == 404


@pytest.mark.parametrize("role", ["sales_rep", "manager", "auditor", "admin"])
def test_only_finance_imports(shop: Company, role: str) -> None:
    client = client_of(role)
    assert client.get("/imports/new/").status_code == 403
    assert client.post("/imports/1/write/", {}).status_code == 403


def test_another_companys_import_is_not_found(shop: Company) -> None:
    assert client_of("finance").get("/imports/999/").status_code == 404


def test_two_files_of_one_name_are_refused_lest_one_be_lost(shop: Company) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("shanghai/customers.csv", GOOD)
        file.writestr("hangzhou/customers.csv", GOOD.replace("C1", "C3"))
    answer = upload(client_of("finance"), both__zip=archive.getvalue())
    assert "customers.csv is there twice" in said(answer)
    assert not Run.objects.exists()


def test_an_archive_whose_content_is_damaged_is_refused(shop: Company) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("customers.csv", GOOD * 200)
    damaged = bytearray(archive.getvalue())
    start = damaged.index(b"customers.csv") + len(b"customers.csv")
    damaged[start : start + 20] = b"\xff" * 20
    answer = upload(client_of("finance"), damaged__zip=bytes(damaged))
    assert "damaged.zip cannot be read" in said(answer)


def test_what_a_file_does_not_say_is_asked(shop: Company) -> None:
    """Its encoding, and what a discount means."""
    finance = client_of("finance")
    lines = "order_number,line_number,sku,quantity,unit_price,折扣率\nS1,1,TEA,1,100,90\n"
    orders = "number,customer_code,order_date\nS1,C9,2026-01-05\n"
    customers = "code,name\nC9,Müller\n".encode("cp1252")
    url = run_of(
        upload(finance, customers__csv=customers, orders__csv=orders, order_lines__csv=lines)
    )
    work()
    page = finance.get(url)
    assert 'name="encoding"' in page.content.decode()
    assert 'name="discount_means"' in page.content.decode()
    assert "line 2 holds the bytes FC" in said(page)
    wrong = send(finance, f"{url}kinds/", {"encoding": "nonsense"}, "wrong")
    assert "no encoding" in said(wrong)
    answers = {"encoding": "cp1252", "discount_means": "of-price"}
    assert send(finance, f"{url}kinds/", answers, key_of(page)).status_code == 302
    work()
    page = finance.get(url)
    assert "customers.csv customers Windows-1252 1 1 0 0 0" in said(page)
    send(finance, f"{url}write/", {}, key_of(page))
    work()
    assert Customer.objects.get(code="C9").name == "Müller"
    assert OrderLine.objects.get(order__number="S1").discount_percent == 10

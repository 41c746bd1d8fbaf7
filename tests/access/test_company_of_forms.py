"""A form is saved in the company of its page, whatever another tab has opened since."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from closing_site import sql
from closing_site.companies.access import CHOSEN
from closing_site.companies.actions import add_member
from closing_site.companies.company_of_forms import HEADER
from closing_site.companies.models import Company, Role, User
from closing_site.companies.policy import POLICY, Roles
from orders.models import Order
from tests.access.addresses import (
    FOREIGN,
    OWN_OPEN,
    address,
    parameters,
)
from tests.access.test_matrix import PEOPLE
from tests.pages_of_entry import formset, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_companies")]

CONFLICT = 409
TYPED = {"reason": "typed <words>", "note": "more words", "idempotency_key": "of-another-tab"}
#: What a saved form leaves behind, in one table or another.
WRITTEN = """
    SELECT (SELECT count(*) FROM companies_auditentry), (SELECT count(*) FROM desk_run),
        (SELECT count(*) FROM desk_idempotencykey), (SELECT count(*) FROM procrastinate_jobs),
        (SELECT count(*) FROM desk_workingfile)
"""


@pytest.fixture
def two_companies(foreign_books: None, db: None) -> None:
    """The demo company's people have the same roles in another company."""
    other = Company.objects.get(code=FOREIGN)
    for role, username in PEOPLE.items():
        add_member(company=other, username=username, role=role, by="stranger")


def client_of(role: Role) -> Client:
    client = Client()
    client.raise_request_exception = False
    client.force_login(User.objects.get(username=PEOPLE[role]))
    return client


def choose(client: Client, code: str) -> None:
    assert client.post(f"/companies/{code}/choose/").status_code == 302


def posts() -> Iterator[tuple[str, Role]]:
    """Every form that the policy table knows, with a role that may send it."""
    for name, rule in POLICY.items():
        if isinstance(rule, Roles) and rule.write:
            yield name, min(rule.write)


def own(path: str, name: str, code: str = "DEMO") -> str:
    """The page's address as the program writes it."""
    return path if "company" in parameters()[name] else f"/c/{code}{path}"


def sent(client: Client, path: str, company: str, **headers: str) -> Any:
    """As a page of this company sends its form; "" is a form that says none."""
    data = {**TYPED, **({"company": company} if company else {})}
    return client.post(path, data, headers={HEADER: "", **headers})


@pytest.mark.parametrize("role", list(Role))
def test_no_form_is_saved_in_another_company(role: Role) -> None:
    asked = [(name, address(name, OWN_OPEN)[0]) for name, by in posts() if by == role]
    client = client_of(role)
    choose(client, FOREIGN)
    before = sql.rows(WRITTEN)
    found = list(_misbehaving(client, asked))
    assert "\n".join(found) == ""
    assert sql.rows(WRITTEN) == before


def _misbehaving(client: Client, asked: list[tuple[str, str]]) -> Iterator[str]:
    for name, path in asked:
        ways = {
            "of another company": sent(client, own(path, name), FOREIGN),
            "of none": sent(client, own(path, name), ""),
            "of two": client.post(own(path, name), TYPED | {"company": ["DEMO", FOREIGN]}),
            # The other tab chose FOREIGN: an address without a company is that one's.
            "without": None if own(path, name) == path else sent(client, path, "DEMO"),
        }
        for way, answer in ways.items():
            if answer is None:
                continue
            page = answer.content.decode()
            if answer.status_code != CONFLICT or "typed &lt;words&gt;" not in page:
                yield f"{name} {way} ({path}): {answer.status_code}"
        part = sent(client, own(path, name), FOREIGN, **{"HX-Request": "true"})
        if (part.status_code, part.headers.get("HX-Retarget")) != (CONFLICT, "#messages"):
            yield f"{name} as a part ({path}): {part.status_code}"


def test_opening_a_page_chooses_no_company() -> None:
    """Each page of the other company, opened in another tab."""
    for role in Role:
        client = client_of(role)
        choose(client, "DEMO")
        for name in sorted(set(parameters()) - {"sign_out"}):
            path = address(name, OWN_OPEN)[0].replace("/DEMO/", f"/{FOREIGN}/")
            client.get(own(path, name, FOREIGN))
            assert client.session[CHOSEN] == "DEMO", name
        client.get("/", {"company": FOREIGN})
        assert client.session[CHOSEN] == "DEMO"


def test_what_was_typed_comes_back_as_the_form_of_its_company() -> None:
    """The whole order with its lines; sent again it is saved where it was meant to be."""
    client = client_of(Role.FINANCE)
    customer = sql.value("SELECT min(code) FROM customers_customer WHERE company_id = %(c)s", of())
    sku = sql.value("SELECT min(sku) FROM orders_product WHERE company_id = %(c)s", of())
    line = {"sku": sku, "quantity": "3", "unit_price": "7.25", "tax_rate": "13"}
    typed = {
        **{"number": "SO-TAB", "customer_code": customer, "order_date": "2026-10-05"},
        **formset(line, {**line, "quantity": "4"}),
    }
    chosen = {"prices_include_tax": "0"}
    form = {"idempotency_key": "one", "company": "DEMO", **typed, **chosen}
    choose(client, FOREIGN)
    answer = client.post("/orders/new/", form, headers={HEADER: ""})
    page = answer.content.decode()
    assert answer.status_code == CONFLICT
    assert 'action="/c/DEMO/orders/new/"' in page
    assert page.count('name="company" value="DEMO"') > 1
    for name, value in typed.items():
        assert re.search(f'name="{name}"[^>]*value="{value}"|selected>{value}', page), name
    assert not Order.objects.filter(number="SO-TAB").exists()
    saved = client.post("/c/DEMO/orders/new/", form, headers={HEADER: ""})
    assert saved.status_code == 302, said(saved)
    assert Order.objects.get(number="SO-TAB").company.code == "DEMO"


def of() -> dict[str, int]:
    return {"c": Company.objects.get(code="DEMO").pk}


def test_a_form_of_a_company_one_has_left_is_shown_in_the_address_s() -> None:
    client = client_of(Role.FINANCE)
    answer = sent(client, "/c/DEMO/customers/new/", "GONE")
    assert answer.status_code == CONFLICT
    assert 'name="company" value="DEMO"' in answer.content.decode()


def test_each_tab_stays_in_its_company() -> None:
    """Links, forms and the address itself; also where the page was opened without a company."""
    client = client_of(Role.FINANCE)
    choose(client, "DEMO")
    for path, code in (
        ("/orders/", "DEMO"),
        (f"/c/{FOREIGN}/orders/", FOREIGN),
        (f"/closing/{FOREIGN}/", FOREIGN),
        ("/", "DEMO"),
    ):
        page = client.get(path).content.decode()
        links = set(re.findall(r'(?:href|action|hx-get|hx-post)="(/[^"]*)"', page))
        bare = {link for link in links if not link.startswith(f"/c/{code}/")}
        # Static files, addresses that name the company, and those of no company.
        named = rf"(closing|reports|invoices)/{code}/|companies/\w+/choose/"
        allowed = rf"/(static/|{named}|sign-out/|language/)"
        assert {link for link in bare if not re.match(allowed, link)} == set()
        assert f'"X-Company": "{code}"' in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/c/NONE/orders/", 404),
        ("/c/DEMO/nothing/", 404),
        (f"/c/DEMO/closing/{FOREIGN}/", 404),
        (f"/c/DEMO/c/{FOREIGN}/orders/", 404),
        ("/c/DEMO/closing/DEMO/", 200),
        ("/c/DEMO", 302),
        ("/c/DEMO/orders", 301),
    ],
)
def test_an_address_has_one_company(path: str, status: int) -> None:
    assert client_of(Role.FINANCE).get(path).status_code == status

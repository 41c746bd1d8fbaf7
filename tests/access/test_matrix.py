"""Every page, asked by every role, of one's own, another's, a locked and a foreign document.

What the policy table says is held against what the pages do: who may not is refused, of what is not
theirs people learn nothing, and no page breaks.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from closing_site import pdf
from closing_site.companies.models import Role, User
from closing_site.companies.policy import Access, Roles, rule_for
from tests.access.addresses import (
    FOREIGN,
    FOREIGNERS,
    OTHERS,
    OWN_LOCKED,
    OWN_OPEN,
    Whose,
    address,
    parameters,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("foreign_books")]

PEOPLE = {
    Role.SALES_REP: "rep",
    Role.FINANCE: "finance",
    Role.CASHIER: "cashier",
    Role.MANAGER: "manager",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "admin",
}
WHOSE = {"own": OWN_OPEN, "another's": OTHERS, "locked": OWN_LOCKED, "foreign": FOREIGNERS}
#: Pages about one order or invoice: a rep opens their own only.
REPS_OWN = ("order_", "invoice_", "delivery_")

#: It ends the session; and it is not well while no worker runs.
LEFT_OUT = {"sign_out", "healthz", "metrics"}

#: Pages that are about what the rest of their address, or what is posted, names.
ASK_FOR_MORE = {"wizard_answer", "wizard_progress", "jobs"}
#: Addresses with one of these are of one company's, whether or not they name the company.
OF_A_COMPANY = {
    *("company", "number", "invoice", "allocation", "rate", "run", "file", "invitation", "support"),
}

REFUSED, NOT_FOUND = 403, 404


#: A form in which nothing was filled in still brings something: the token that it came with.
EMPTY = {"csrfmiddlewaretoken": "x"}


def is_hidden(name: str, role: Role, whose: Whose) -> bool:
    """Whether there is nothing at the address, as far as this person may know."""
    about = parameters()[name]
    if whose.company == FOREIGN:
        return bool(OF_A_COMPANY & set(about))
    is_anothers = whose is OTHERS and {"number", "invoice"} & set(about)
    return role == Role.SALES_REP and bool(is_anothers) and f"{name}_".startswith(REPS_OWN)


def wrong(name: str, role: Role, whose: Whose, method: str, status: int, there: bool) -> bool:
    rule = rule_for(name)
    if status >= 500:
        return True
    if rule is Access.STAFF:
        return (status == NOT_FOUND) == (role == Role.ADMIN)
    if not isinstance(rule, Roles):
        return status == REFUSED
    if whose.company == FOREIGN and "company" in parameters()[name]:
        return status != NOT_FOUND
    if role not in (rule.read if method == "GET" else rule.write):
        return status != REFUSED
    if is_hidden(name, role, whose):
        return status not in (NOT_FOUND, 405)
    if role == Role.SALES_REP and name.startswith("payment") or name in ASK_FOR_MORE:
        return status == REFUSED
    return status == REFUSED or (there and status == NOT_FOUND)


@pytest.fixture(autouse=True, scope="module")
def _each_paper_is_drawn_once() -> Iterator[None]:
    """The same page gives the same bytes (invoicing/test_pdf.py): not once for each role."""
    draw = pdf.bare_pdf
    drawn: dict[tuple[str, str], bytes] = {}

    def once(html: str, *, language: str = "", **options: Any) -> bytes:
        if options.get("attachments"):
            return draw(html, language=language, **options)
        key = (html, language)
        if key not in drawn:
            drawn[key] = draw(html, language=language, **options)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "bare_pdf", once)
        yield


@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_does_what_the_policy_says(role: Role, client: Client) -> None:
    client.force_login(User.objects.get(username=PEOPLE[role]))
    found = list(misbehaving(role, client))
    assert "\n".join(found) == ""


def misbehaving(role: Role, client: Client) -> Iterator[str]:
    for name in sorted(set(parameters()) - LEFT_OUT):
        for title, whose in WHOSE.items():
            path, there = address(name, whose)
            for method in ("GET", "POST"):
                client.raise_request_exception = False
                answer = client.get(path) if method == "GET" else client.post(path, EMPTY)
                if wrong(name, role, whose, method, answer.status_code, there):
                    yield f"{method} {name} {title} ({path}): {answer.status_code}"

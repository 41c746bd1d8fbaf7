"""Attacks by asking for pages and sending forms: roles, forged forms, odd addresses, guessing."""

from collections.abc import Iterator
from typing import Final

from tests.torture.attack import Tried, client_of


def roles(tried: Tried) -> Iterator[str]:
    """Every page asked and sent by every role: one's own, another's, a locked, a foreign one."""
    from tests.access.addresses import parameters
    from tests.access.test_matrix import LEFT_OUT, PEOPLE, WHOSE, misbehaving

    for role in PEOPLE:
        tried["requests"] += 2 * len(WHOSE) * len(set(parameters()) - LEFT_OUT)
        for fault in misbehaving(role, client_of(role)):
            yield f"{role}: {fault}"


def forgeries(tried: Tried) -> Iterator[str]:
    """Every form, sent by whoever may send it, as another site would: without its token, and from
    a foreign origin with one."""
    from django.test import Client

    from closing_site.companies.models import User
    from closing_site.companies.policy import POLICY, Roles
    from tests.access.addresses import OWN_OPEN, address
    from tests.access.test_matrix import PEOPLE

    token = "x" * 64
    for name, rule in POLICY.items():
        if not isinstance(rule, Roles) or not rule.write:
            continue
        person = User.objects.get(username=PEOPLE[min(rule.write)])
        for headers in ({}, {"Origin": "https://elsewhere.example", "X-CSRFToken": token}):
            client = Client(enforce_csrf_checks=True, raise_request_exception=False)
            client.force_login(person)
            client.cookies["csrftoken"] = token
            tried["forged forms"] += 1
            status = client.post(
                address(name, OWN_OPEN)[0], {"x": "1"}, headers=headers
            ).status_code
            if status != 403:
                yield f"{name} was taken from elsewhere: {status}"


FOLDERS: Final = """
    orders invoices payments customers products vouchers reports closing invoices/DEMO reports/DEMO
    static c runs"""
ODD: Final = (
    *("%00", "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd", "a" * 3000, "%ff%fe", "%F0"),
    *("'--", "1%20OR%201=1", "${7*7}", "%0d%0aSet-Cookie:%20x=1", "%E2%80%AE", "-1", "1e9"),
)


def addresses(tried: Tried) -> Iterator[str]:
    """Addresses, headers and redirects that lead elsewhere or break a page."""
    from closing_site.companies.models import Role

    client = client_of(Role.FINANCE)
    elsewhere = ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example",
                 "javascript:alert(1)", "https:elsewhere.example")  # fmt: skip
    for target in elsewhere:
        for path in ("/sign-in/", "/language/", "/companies/DEMO/choose/"):
            answer = client.post(path, {"next": target}, HTTP_REFERER=target)
            tried["redirects"] += 1
            if "elsewhere" in answer.headers.get("Location", "") or answer.status_code >= 500:
                yield f"{path} leads to {answer.headers.get('Location')}: {answer.status_code}"
    for folder in FOLDERS.split():
        for piece in ODD:
            for query in ("", f"?sort={piece}&page={piece}&after={piece}", f"?q={piece}"):
                answer = client.get(f"/{folder}/{piece if not query else ''}{query}")
                tried["odd addresses"] += 1
                if answer.status_code >= 500 or "Set-Cookie" in answer.headers:
                    yield f"/{folder}/ with {piece[:40]}{query[:20]}: {answer.status_code}"
                if b"root:x:" in answer.getvalue():
                    yield f"/{folder}/{piece} reads a file"
    for header, value in (
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Host", "elsewhere.example"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Company", "FOREIGN"),
        ("X-Company", "%ff\n"),
        ("HX-Current-URL", "javascript:alert(1)"),
        ("Accept-Language", "x" * 5000),
        ("Cookie", "sessionid=" + "x" * 3000),
    ):
        answer = client.get("/orders/", headers={header: value})
        tried["headers"] += 1
        if answer.status_code >= 500 or b"elsewhere.example" in answer.getvalue():
            yield f"{header}: {answer.status_code}"


def sign_in(tried: Tried) -> Iterator[str]:
    """Guessing: a name from one place, one password over many names."""
    from django.test import Client

    guesser = Client(raise_request_exception=False)
    opened = 0
    for number in range(30):
        answer = guesser.post("/sign-in/", {"username": "manager", "password": f"guess-{number}"})
        tried["guesses"] += 1
        opened += answer.status_code == 302
    answer = guesser.post("/sign-in/", {"username": "manager", "password": "demo-manager"})
    if opened or answer.status_code == 302:
        yield "guessing was not stopped"
    sprayer = Client(raise_request_exception=False)
    for number in range(60):
        sprayer.post("/sign-in/", {"username": f"name{number}", "password": "Summer2026!"})
        tried["guesses"] += 1
    answer = sprayer.post("/sign-in/", {"username": "auditor", "password": "demo-auditor"})
    if answer.status_code == 302:
        yield "one password over many names was not stopped"

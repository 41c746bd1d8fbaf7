"""A company whose every text is a script or a formula, on every page and in every export."""

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.torture.attack import Tried, client_of

SCRIPT: Final = "<script>alert(1)</script>"
#: Breaks out of a text, of an attribute, and of a template.
PAYLOAD: Final = f"x'\">{SCRIPT}{{{{7*7}}}}"
FORMULA: Final = "=cmd|' /C calc'!A0"
HOSTILE: Final = "HOSTILE"


def scripts(tried: Tried) -> Iterator[str]:
    """A company whose every text is a script: no page of any role shows one as it is."""
    from closing_site.companies.models import Role
    from tests.access.addresses import Whose, address, parameters
    from tests.access.test_matrix import LEFT_OUT

    _hostile_company()
    own = Whose(rep=f"R{SCRIPT}", company=HOSTILE)
    for role in (Role.FINANCE, Role.AUDITOR):
        client = client_of(role)
        client.post(f"/companies/{HOSTILE}/choose/")
        for name in sorted(set(parameters()) - LEFT_OUT):
            path, there = address(name, own)
            if "company" not in parameters()[name]:
                path = f"/c/{HOSTILE}{path}"
            answer = client.get(path)
            tried["pages with scripts"] += 1
            tried["of something"] += there
            content = answer.getvalue().decode(errors="replace")
            tried["showing one as text"] += "&lt;script" in content
            if answer.status_code >= 500:
                yield f"{name} ({path}): {answer.status_code}"
            if SCRIPT in content and "text/html" in answer.headers.get("content-type", ""):
                yield f"{name} ({path}) shows a script"
            if f'"{FORMULA}' in content or f",{FORMULA}" in content or f"\n{FORMULA}" in content:
                yield f"{name} ({path}) hands out a formula"
        for listed in ("orders", "invoices", "payments", "customers", "products"):
            exported = client.get(f"/c/{HOSTILE}/{listed}/", {"export": "csv"})
            tried["exports"] += 1
            lines = exported.getvalue().decode(errors="replace")
            if f'"{FORMULA}' in lines or f",{FORMULA}" in lines:
                yield f"the export of {listed} hands out a formula"


def _hostile_company() -> None:
    from closing_site.companies.models import Company
    from closing_site.exchange.importing import import_path
    from closing_site.wizard.opening_books import open_books
    from tests.access.test_matrix import PEOPLE

    members = [(username, str(role)) for role, username in PEOPLE.items()]
    open_books(
        code=HOSTILE, name=PAYLOAD, currency="EUR", country="DE", first_period="2026-10",
        members=members, by="stranger",
    )  # fmt: skip
    names = {"name": PAYLOAD, "address": PAYLOAD, "city": PAYLOAD, "region": FORMULA}
    rows = {
        "sales_reps": {"code": f"R{SCRIPT}", "name": PAYLOAD},
        "customers": {"code": f"K{SCRIPT}", **names, "sales_rep": f"R{SCRIPT}"},
        "products": {"sku": f"P{SCRIPT}", "name": PAYLOAD, "category": PAYLOAD, "unit": "<b>"},
        "orders": {
            "number": f"O{SCRIPT}", "customer_code": f"K{SCRIPT}", "order_date": "2026-10-01",
            "delivered_on": "2026-10-02", "sales_rep": f"R{SCRIPT}", "note": PAYLOAD,
            "customer_reference": FORMULA,
        },
        "order_lines": {
            "order_number": f"O{SCRIPT}", "line_number": "1", "sku": f"P{SCRIPT}",
            "quantity": "1", "unit_price": "100", "tax_rate": "19",
        },
        "payments": {
            "reference": f"B{SCRIPT}", "customer_code": f"K{SCRIPT}", "received_on": "2026-10-03",
            "amount": "10", "currency": "EUR", "method": "cash", "memo": PAYLOAD,
        },
    }  # fmt: skip
    company = Company.objects.get(code=HOSTILE)
    with tempfile.TemporaryDirectory() as folder:
        for kind, row in rows.items():
            with (Path(folder) / f"{kind}.csv").open("w", newline="") as file:
                csv.writer(file).writerows([row.keys(), row.values()])
        report = import_path(company=company, path=Path(folder), by="finance")
    if not report.written:
        raise RuntimeError("the hostile company's files were refused")
    _close_hostile()


def _close_hostile() -> None:
    from tests.commands import run

    run(
        *("close_period", "2026-10", "--company", HOSTILE, "--as", "finance"),
        *("--acknowledge-warnings", PAYLOAD, "--defer-exceptions", PAYLOAD),
    )

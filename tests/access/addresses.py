"""An address of every page: of one's own documents, another's, a locked month's, another company's.

The demo company's reps: R01 is ``rep``, R02 ``rep2``. ``make_foreign`` opens the books of a company
that none of the demo's people belongs to.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from closing_site.acting import acting
from closing_site.companies.models import Company, Invitation, Role, User
from closing_site.companies.support import ask_for_support
from closing_site.desk.models import RunState
from closing_site.exchange.importing import import_path
from closing_site.exchange.uploads import keep_upload
from closing_site.wizard.opening_books import open_books

FOREIGN = "FOREIGN"
OPEN, LOCKED = "2026-10", "2026-09"

#: The value of every other parameter in an address, where it does not hang on whose it is.
FIXED = {
    "step": "confirm",
    "check": "stated-total",
    "kind": "confirm",
    "language": "en",
    "wanted": "csv",
}

#: An order of a rep, and what hangs on it, in a month.
OWN = {
    "order": """SELECT o.number FROM orders_order AS o
        JOIN customers_salesrep AS r ON r.id = o.sales_rep_id
        JOIN orders_delivery AS d ON d.order_id = o.id AND d.is_whole
        WHERE o.company_id = %(company)s AND r.code = %(rep)s
            AND d.delivered_on BETWEEN %(first)s AND %(last)s ORDER BY o.id LIMIT 1""",
    "delivery": """SELECT d.id::text FROM orders_order AS o
        JOIN customers_salesrep AS r ON r.id = o.sales_rep_id
        JOIN orders_delivery AS d ON d.order_id = o.id
        WHERE o.company_id = %(company)s AND r.code = %(rep)s
            AND d.delivered_on BETWEEN %(first)s AND %(last)s ORDER BY d.id LIMIT 1""",
    "invoice": """SELECT i.number FROM invoicing_invoice AS i
        JOIN orders_order AS o ON o.id = i.order_id
        JOIN customers_salesrep AS r ON r.id = o.sales_rep_id
        WHERE i.company_id = %(company)s AND r.code = %(rep)s
            AND i.posted_on BETWEEN %(first)s AND %(last)s ORDER BY i.id LIMIT 1""",
}
#: Of no rep in particular.
ANYONES = {
    "payment": """SELECT reference FROM payments_payment WHERE company_id = %(company)s
        AND customer_id IS NOT NULL AND posted_on BETWEEN %(first)s AND %(last)s
        ORDER BY id LIMIT 1""",
    # Of a lock before the last one.
    "pack": """SELECT p.id FROM reports_closepack AS p JOIN periods_seal AS s ON s.id = p.seal_id
        WHERE p.company_id = %(company)s AND EXISTS (SELECT FROM periods_seal AS later
            WHERE later.period_id = s.period_id AND later.position > s.position)
        ORDER BY p.id LIMIT 1""",
    **{
        name: f"SELECT {column} FROM {table} WHERE company_id = %(company)s ORDER BY id LIMIT 1"
        for name, column, table in (
            ("voucher", "number", "reconciliation_voucher"),
            ("customer", "code", "customers_customer"),
            ("product", "sku", "orders_product"),
            ("rate", "id", "orders_taxrate"),
            ("allocation", "id", "payments_allocation"),
            ("run", "id", "desk_run"),
            ("invitation", "id", "companies_invitation"),
            ("support", "id", "companies_supportaccess"),
        )
    },
}
#: Pages of an import: its run, and a file of it.
IMPORTS = {
    "run": """SELECT id FROM desk_run WHERE company_id = %(company)s AND kind LIKE 'import%%'
        ORDER BY id LIMIT 1""",
    "file": """SELECT id FROM desk_workingfile WHERE company_id = %(company)s
        AND document_kind = 'import' ORDER BY id LIMIT 1""",
}


@dataclass(frozen=True)
class Whose:
    """``rep``: the sales rep's code; ``month`` is the documents'."""

    rep: str = "R01"
    month: str = OPEN
    company: str = "DEMO"


OWN_OPEN = Whose()
OTHERS = Whose(rep="R02")
OWN_LOCKED = Whose(month=LOCKED)
FOREIGNERS = Whose(company=FOREIGN)


@cache
def parameters() -> dict[str, list[str]]:
    """Name of every URL but Django's own admin's → its parameters."""

    def walk(patterns: list[URLPattern | URLResolver]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                found |= {} if pattern.namespace else walk(pattern.url_patterns)
            elif pattern.name:
                found[pattern.name] = list(pattern.pattern.converters)
        return found

    return walk(get_resolver().url_patterns)


def address(name: str, whose: Whose) -> tuple[str, bool]:
    """The page's address, and whether there is something at it."""
    values = {parameter: _value(name, parameter, whose) for parameter in parameters()[name]}
    return reverse(name, kwargs=values), not {0, "F-1"} & set(values.values())


def _value(name: str, parameter: str, whose: Whose) -> str | int:
    if parameter == "company":
        return whose.company
    if parameter == "period":
        return whose.month
    if parameter == "name":
        return "revenue"
    if parameter in FIXED:
        return FIXED[parameter]
    subject = name.partition("_")[0] if parameter == "number" else parameter
    of_import = IMPORTS if name.partition("_")[0] == "import" else {}
    query = {**ANYONES, **OWN, **of_import}.get(subject, "")
    if parameter == "invoice":
        query = query.replace("i.number", "i.id", 1)
    found = _found(query, whose) if query else None
    return found or ("F-1" if parameter == "number" else 0)


def _found(query: str, whose: Whose) -> str | int | None:
    values: dict[str, str | int] = {
        "first": f"{whose.month}-01",
        "last": f"{whose.month}-30",
        "rep": whose.rep,
        "company": Company.objects.get(code=whose.company).pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
        return row[0] if row else None


def make_foreign(folder: Path) -> None:
    company = open_books(
        code=FOREIGN,
        name="Foreign",
        currency="EUR",
        country="DE",
        first_period=OPEN,
        members=[("stranger", "finance")],
        by="stranger",
    ).company
    files = {
        "customers": "code,name\nF-1,Foreign\n",
        "products": "sku,name\nF-1,Foreign\n",
        "orders": "number,customer_code,order_date,delivered_on\nF-1,F-1,2026-10-01,2026-10-02\n",
        "order_lines": "order_number,line_number,sku,quantity,unit_price,tax_rate\n"
        "F-1,1,F-1,1,1,19\n",
        "payments": "reference,customer_code,received_on,amount,currency,method\n"
        "F-1,F-1,2026-10-03,1,EUR,cash\n",
    }
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    assert import_path(company=company, path=folder, by="stranger").written


def make_upload(company: str, by: str) -> None:
    """An import that was previewed and may be written."""
    run = keep_upload(
        company=Company.objects.get(code=company),
        files=[SimpleUploadedFile("customers.csv", b"code,name\nU-1,Uploaded\n")],
        by=User.objects.get(username=by),
    )
    run.state = RunState.DONE
    run.save()


def make_support_request(company: str) -> None:
    """Someone from support asked, and waits for an answer."""
    support, _ = User.objects.get_or_create(username="support", defaults={"is_staff": True})
    ask_for_support(code=company, reason="Figures differ", hours=2, by=support)


def make_invitation(company: str, by: str) -> None:
    """An invitation that waits to be accepted."""
    with acting(by):
        Invitation.objects.create(
            company=Company.objects.get(code=company),
            person="Someone",
            role=Role.AUDITOR,
            invited_by=User.objects.get(username=by),
            expires_at=timezone.now() + timedelta(days=1),
        )

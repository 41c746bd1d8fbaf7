"""``./run torture model``: random months through the program's commands, held against an
independent model (``model.py``) to the last cent, after every close and reopening."""

import argparse
import os
import random
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.torture.story import Files, Story

COMPANY = "RAND"
REASON = "Agreed"
FIRST = date(2025, 1, 1)
MEMBERS = ("ann:finance", "mo:manager")


class Different(Exception):
    """The program and the model differ."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run torture", description=__doc__)
    parser.add_argument("name", choices=["model"])
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--companies", type=int, default=5)
    parser.add_argument("--months", type=int, default=5)
    arguments = parser.parse_args()

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closing_site.settings")
    django.setup()
    from django.conf import settings

    from tests.databases import Databases

    settings.DEBUG = False
    databases = Databases()
    databases.point_django_at_clone()
    failed = 0
    try:
        for seed in range(arguments.seed, arguments.seed + arguments.companies):
            try:
                facts = play(seed, arguments.months)
                print(f"seed {seed}: {facts}, no difference", flush=True)
            except Different as error:
                failed += 1
                print(f"seed {seed}: {error}", flush=True)
            databases.renew()
    finally:
        databases.close()
    return 1 if failed else 0


def play(seed: int, months: int) -> str:
    """Close so many months of a random company. Raises Different."""
    from tests.torture.story import Story, _next

    story = Story(seed, FIRST)
    members = (part for member in MEMBERS for part in ("--member", member))
    _run("create_company", COMPANY, "--name", "Random", "--currency", story.currency,
         "--country", "CN", "--first-period", f"{FIRST:%Y-%m}", *members)  # fmt: skip
    _import(story.parties())
    first, reopened = FIRST, 0
    for _ in range(months):
        _import(story.month(first))
        _hold(story)
        _close(story, first)
        if story.random.random() < 0.35:
            reopened += 1
            _run("reopen_period", f"{first:%Y-%m}", "--company", COMPANY, "--reason", REASON,
                 "--as", "ann", "--approve-as", "mo")  # fmt: skip
            story.model.reopen(first)
            _import(story.month(first, late=True))
            _close(story, first)
        first = _next(first)
    model = story.model
    return (
        f"{story.currency}, {months} months, {reopened} reopened, {len(model.orders)} orders,"
        f" {len(model.invoices)} invoices, {len(model.payments)} payments"
    )


def _hold(story: "Story") -> None:
    from closing_site.companies.models import User
    from orders.actions.deferring import defer_order, open_deferrals, release_deferral
    from orders.models import Order

    ann = User.objects.get(username="ann")
    deferred, released = story.holds()
    for order in deferred:
        defer_order(order=Order.objects.get(number=order.number), reason=REASON, by=ann)
    for order in released:
        for deferral in open_deferrals(Order.objects.get(number=order.number)):
            release_deferral(deferral=deferral, by=ann)


def _close(story: "Story", first: date) -> None:
    month = f"{first:%Y-%m}"
    done = _run("close_period", month, "--company", COMPANY, "--as", "ann", "--approve-as", "mo",
                "--acknowledge-warnings", REASON, "--defer-exceptions", REASON)  # fmt: skip
    if done["status"] != "locked":
        raise Different(f"{month} did not lock: {done['reasons']}")
    story.model.close(first)
    _compare(story, month)


def _compare(story: "Story", month: str) -> None:
    model = story.model
    _same(
        f"invoices after {month}",
        {
            i.number: (i.customer, i.currency, str(i.supplied_on), str(i.issued_on), i.net, i.tax,
                       i.open)
            for i in model.invoices.values()
        },
        {
            row[0]: row[1:]
            for row in _rows(
                "SELECT number, customer_code, currency, supplied_on::text, issued_on::text, net,"
                " tax, open_amount FROM v_invoices WHERE company = %s",
                COMPANY,
            )
        },
    )  # fmt: skip
    _same(
        f"unapplied money after {month}",
        {p.reference: p.unapplied for p in model.payments.values() if p.amount > 0 and p.posted_on},
        dict(
            _rows(
                "SELECT reference, unplaced FROM v_payments WHERE company = %s AND amount > 0"
                " AND period <= %s",
                *(COMPANY, month),
            )
        ),
    )
    names = "opening invoiced allocated closing advances_opening received refunded placed"
    names += " advances_closing"
    for code in [code for code in model.months if code <= month]:
        _same(
            f"balances of {code} after {month}",
            {
                key: tuple(getattr(flow, name) for name in names.split())
                for key, flow in model.flows(code).items()
            },
            {
                (row[0], row[1]): row[2:]
                for row in _rows(
                    f"SELECT customer_code, currency, {', '.join(names.split())} FROM v_receivables"
                    " WHERE company = %s AND period = %s",
                    *(COMPANY, code),
                )
            },
        )
    for problem, query in INVARIANTS.items():
        if found := _rows(query, COMPANY):
            raise Different(f"{problem} after {month}: {found[:5]}")
    if found := _run("verify_integrity", "--company", COMPANY)["findings"]:
        raise Different(f"integrity after {month}: {found[:3]}")


#: What must yield nothing.
INVARIANTS = {
    "unbalanced vouchers": "SELECT number, sum(debit - credit) FROM v_vouchers WHERE company = %s"
    " GROUP BY period, number HAVING sum(debit - credit) <> 0",
    "a base balance without a balance": "SELECT * FROM v_receivables WHERE company = %s AND ("
    "(closing = 0 AND base_closing <> 0) OR (advances_closing = 0 AND base_advances_closing <> 0))",
}


def _same(what: str, wanted: dict[Any, Any], found: dict[Any, Any]) -> None:
    if wanted != found:
        different = {
            key: (wanted.get(key), found.get(key))
            for key in sorted({*wanted, *found}, key=str)
            if wanted.get(key) != found.get(key)
        }
        lines = [f"    {key}: model {a}, program {b}" for key, (a, b) in different.items()]
        raise Different("\n".join([what, *lines[:8]]))


def _rows(query: str, *parameters: Any) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [
            tuple(value.normalize() + 0 if isinstance(value, Decimal) else value for value in row)
            for row in cursor.fetchall()
        ]


def _import(files: "Files") -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.texts().items():
            (Path(folder) / f"{name}.csv").write_text(text, encoding="utf-8")
        done = _run("import_data", folder, "--company", COMPANY)
    if not done["written"]:
        bad = [row for file in done["files"] for row in file["bad"]]
        raise Different(f"refused rows: {bad[:3]}")


def _run(command: str, *arguments: str) -> dict[str, Any]:
    from tests.commands import run

    return run(command, *arguments)[0]


if __name__ == "__main__":
    sys.exit(main())

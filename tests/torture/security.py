"""``./run torture security``: attacks as someone with the source at hand would make them, counted.

Each attack works in a clone of the demo company's books beside those of another company
(tests/access), says how much it tried, and names what went through. Exit status 1 where anything
did.
"""

import argparse
import csv
import logging
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from django.test import Client

    from closing_site.companies.models import Role
    from tests.databases import Databases

#: What an attack tried: what → how often.
Tried = Counter[str]
Attack = Callable[[Tried], Iterator[str]]

SCRIPT: Final = "<script>alert(1)</script>"
#: Breaks out of a text, of an attribute, and of a template.
PAYLOAD: Final = f"x'\">{SCRIPT}{{{{7*7}}}}"
FORMULA: Final = "=cmd|' /C calc'!A0"
HOSTILE: Final = "HOSTILE"


def client_of(role: "Role") -> "Client":
    from django.test import Client

    from closing_site.companies.models import User
    from tests.access.test_matrix import PEOPLE

    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=PEOPLE[role]))
    return client


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


def statements(tried: Tried) -> Iterator[str]:
    """What the program's own role sends to the database past the program."""
    from django.db import Error, connection, transaction

    from closing_site import sql

    tables = [
        table
        for (table,) in sql.rows(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
    ]
    attempts = [statement.format(table=table) for table in tables for statement in OF_EACH_TABLE]
    for attempt in [*attempts, *PAST_THE_PROGRAM]:
        tried["statements"] += 1
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attempt)
                transaction.set_rollback(True)
        except Error:
            continue
        yield f"the database took: {attempt}"


OF_EACH_TABLE: Final = (
    "TRUNCATE {table}",
    "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} ADD COLUMN more int",
    "CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON DELETE TO {table} DO INSTEAD NOTHING",
    "COPY {table} TO PROGRAM 'cat'",
    "COPY {table} TO '/tmp/taken'",
    "GRANT ALL ON {table} TO PUBLIC",
)
_SEALED: Final = "(SELECT id FROM periods_period WHERE status = 'locked' ORDER BY id LIMIT 1)"
PAST_THE_PROGRAM: Final = (
    "SET session_replication_role = 'replica'",
    "SET ROLE closing_owner",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER CREATEDB",
    "CREATE ROLE mine SUPERUSER",
    "CREATE EXTENSION dblink",
    "CREATE FUNCTION mine() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT'",
    "CREATE SCHEMA mine",
    "DO $$ BEGIN EXECUTE 'SET ROLE closing_owner'; END $$",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "ALTER SYSTEM SET fsync = off",
    "SELECT pg_reload_conf()",
    "UPDATE pg_class SET relname = relname",
    "UPDATE companies_auditentry SET actor = 'nobody'",
    "DELETE FROM companies_auditentry",
    "DELETE FROM periods_seal",
    "UPDATE periods_seal SET totals = '{}'",
    "DELETE FROM desk_approval WHERE state = 'approved'",
    "UPDATE desk_approval SET decided_by_id = requested_by_id",
    f"UPDATE invoicing_invoice SET gross = gross + 1 WHERE period_id = {_SEALED}",
    f"DELETE FROM invoicing_invoiceline WHERE period_id = {_SEALED}",
    f"UPDATE payments_payment SET amount = amount + 1 WHERE period_id = {_SEALED}",
    f"DELETE FROM payments_allocation WHERE period_id = {_SEALED}",
    f"UPDATE reconciliation_voucherline SET debit = debit + 1 WHERE period_id = {_SEALED}",
    f"UPDATE reconciliation_customerbalance SET closing = 0 WHERE period_id = {_SEALED}",
    f"UPDATE periods_period SET status = 'open' WHERE id = {_SEALED}",
    "UPDATE customers_openitem SET settled = 0",
    "UPDATE reports_closepack SET content = 'x'",
)


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


def files(tried: Tried) -> Iterator[str]:
    """The corpus of broken files, each imported: refused with a reason, nothing written."""
    from closing_site.exchange.kinds import KINDS
    from tests.closing_site.exchange.broken_files import CSV_FILES, WORKBOOKS
    from tests.closing_site.exchange.conftest import run_import

    original = subprocess.Popen
    subprocess.Popen = MeasuredProcess  # type: ignore[assignment, misc]
    try:
        with tempfile.TemporaryDirectory() as folder:
            for suffix, corpus in (("csv", CSV_FILES), ("xlsx", WORKBOOKS)):
                for name, broken in corpus.items():
                    measure = MEASURES[f"{name}.{suffix}"] = FileMeasure()
                    for kind in KINDS:
                        path = Path(folder) / f"{kind}.{suffix}"
                        path.write_bytes(broken(kind))
                        MeasuredProcess.written = f"{folder}/measures"
                        begun = monotonic()
                        outcome = run_import(path, code="DEMO")
                        measure.seconds = max(measure.seconds, monotonic() - begun)
                        measure.read(Path(folder) / "measures")
                        measure.size = max(measure.size, path.stat().st_size)
                        tried["hostile files"] += 1
                        if outcome.status != 1 or outcome.result.get("written"):
                            yield f"{name} of {kind} was taken"
                        path.unlink()
    finally:
        subprocess.Popen = original  # type: ignore[misc]
    slowest = max(MEASURES, key=lambda name: MEASURES[name].seconds)
    tried[f"slowest: {slowest}, ms"] = round(MEASURES[slowest].seconds * 1000)
    tried["most memory of a reader, MB"] = max(one.megabytes for one in MEASURES.values())


@dataclass
class FileMeasure:
    """The most that a broken file took of the kinds it was imported as. ``seconds``: until its
    import was refused; ``megabytes``, ``cpu``: of the process that read it."""

    size: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    megabytes: int = 0

    def read(self, written: Path) -> None:
        """What the readers of one import wrote, a moment after they ended."""
        for _ in range(100):
            if written.exists():
                break
            sleep(0.02)
        else:
            return
        readers = [line.split() for line in written.read_text().splitlines()]
        self.megabytes = max([self.megabytes, *(int(memory) // 1024 for memory, _cpu in readers)])
        self.cpu = max([self.cpu, *(float(cpu) for _memory, cpu in readers)])
        written.unlink()


MEASURES: Final[dict[str, FileMeasure]] = {}


#: Runs a command and writes its memory (KB) and seconds, also where its whole group is killed: the
#: one who watches stands in another. Of a process that we start ourselves the system would count
#: our own memory as its own.
WATCHER: Final = """
import os, sys
leader, watching = os.getpid(), os.fork()
if watching:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(watching, 0)[1]))
os.setpgid(0, 0)
pid = os.fork()
if not pid:
    os.setpgid(0, leader)
    os.execv(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
with open(sys.argv[1], "a") as file:
    file.write(f"{used.ru_maxrss} {used.ru_utime + used.ru_stime}\\n")
code = os.waitstatus_to_exitcode(status)
os._exit(code if code >= 0 else 128 - code)
"""


class MeasuredProcess(subprocess.Popen[bytes]):
    """A reader whose memory and time are written to ``written``."""

    written = ""

    def __init__(self, command: list[str], **options: Any) -> None:
        super().__init__([sys.executable, "-I", "-c", WATCHER, self.written, *command], **options)


def measures_table() -> str:
    """The measures of ``files``, in Markdown."""
    lines = ["| File | KB | Seconds | Reader: CPU | Reader: MB |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {one.size / 1024:,.1f} | {one.seconds:.2f} | {one.cpu:.2f} | {one.megabytes} |"
        for name, one in sorted(MEASURES.items())
    ]
    return "\n".join(lines) + "\n"


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


ATTACKS: Final[dict[str, Attack]] = {
    "roles": roles,
    "forgeries": forgeries,
    "scripts": scripts,
    "statements": statements,
    "addresses": addresses,
    "files": files,
    "sign_in": sign_in,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run torture security", description=__doc__)
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help=", ".join(ATTACKS))
    parser.add_argument("--measures", metavar="FILE", help="where 'files' writes its measures")
    options = parser.parse_args(arguments)
    chosen = options.attacks or [*ATTACKS]
    if unknown := set(chosen) - ATTACKS.keys():
        parser.error(f"there is no attack {', '.join(sorted(unknown))}")

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closing_site.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.test.utils import setup_test_environment

    from tests.access.conftest import make_foreign_books
    from tests.conftest import make_demo_books
    from tests.databases import Databases
    from tests.posting import request_as_a_page

    settings.DEBUG = False
    # Each refusal would be a line, or a traceback.
    logging.disable(logging.ERROR)
    setup_test_environment(debug=False)
    Client.request = request_as_a_page(Client.request)  # type: ignore[method-assign]
    databases = Databases()
    databases.point_django_at_clone()
    faults = 0
    try:
        make_demo_books()
        with tempfile.TemporaryDirectory() as folder:
            make_foreign_books(Path(folder))
        with databases.prepared():
            for name in chosen:
                faults += _carried_out(name, databases)
    finally:
        databases.close()
    if options.measures and MEASURES:
        Path(options.measures).write_text(measures_table())
    print(f"{faults} faults")
    return 1 if faults else 0


def _carried_out(name: str, databases: "Databases") -> int:
    tried: Tried = Counter()
    found = list(ATTACKS[name](tried))
    said = ", ".join(f"{count:,} {what}" for what, count in tried.items())
    print(f"{name}: {said}; {len(found)} went through", flush=True)
    for fault in found:
        print(f"    {fault}", flush=True)
    databases.renew()
    return len(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

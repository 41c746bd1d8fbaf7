"""A company's facts as a folder of exchange files, all of one moment, whole or not there at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.declared import declared
from closing_site.exchange.errors import FolderHasFiles, FolderNotWritten
from closing_site.exchange.kinds import KINDS
from closing_site.exported import Exported
from closing_site.program import program_version

FORMAT: Final = "closing-export-1"
#: Written last: a folder without it is none of ours.
MANIFEST: Final = "export.json"
SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
#: Of the company, what another one has to be opened with for the same figures.
SETTINGS: Final = (
    *("name", "name_zh", "currency", "country", "language", "time_zone", "tax_id", "address"),
    *("bank", "first_day", "requires_acceptance", "default_tax_rate", "zero_category"),
    *("severities", "holding_checks", "invoice_prefix", "credit_note_prefix", "early_close"),
)


def _sum(amount: str) -> str:
    """SQL: the sum as text, with the digits of its currency, which is the first column."""
    return f"round(coalesce(sum({amount}), 0), currency_digits(min(currency)))::text"


#: What the files come to, to be compared once they are imported elsewhere.
TOTALS: Final = {
    "orders": f"""SELECT o.currency, count(*) AS orders, {_sum("o.net")} AS net,
        {_sum("o.tax")} AS tax, {_sum("o.gross")} AS gross FROM orders_order AS o
        WHERE o.company_id = %(company)s GROUP BY 1 ORDER BY 1""",
    "deliveries": """SELECT count(*) AS deliveries, min(d.delivered_on) AS first,
        max(d.delivered_on) AS last FROM orders_delivery AS d WHERE d.company_id = %(company)s""",
    "payments": f"""SELECT p.currency, count(*) AS payments,
        {_sum("greatest(p.amount, 0)")} AS received, {_sum("greatest(-p.amount, 0)")} AS refunded
        FROM payments_payment AS p WHERE p.company_id = %(company)s GROUP BY 1 ORDER BY 1""",
    "opening_items": f"""SELECT i.currency, i.side, count(*) AS items, {_sum("i.amount")} AS amount
        FROM customers_openitem AS i WHERE i.company_id = %(company)s AND i.document_id = 0
        GROUP BY 1, 2 ORDER BY 1, 2""",
    "invoices": f"""SELECT i.currency, i.kind, count(*) AS invoices, {_sum("i.net")} AS net,
        {_sum("i.tax")} AS tax, {_sum("i.gross")} AS gross FROM invoicing_invoice AS i
        WHERE i.company_id = %(company)s AND i.status = 'issued' GROUP BY 1, 2 ORDER BY 1, 2""",
    "open_items": f"""SELECT i.currency, i.side, count(*) AS items,
        {_sum("i.amount - i.settled")} AS open FROM customers_openitem AS i
        WHERE i.company_id = %(company)s AND i.settled < i.amount GROUP BY 1, 2 ORDER BY 1, 2""",
}


def export_company(company: Company, folder: Path) -> dict[str, Any]:
    """Write the folder; returns what its ``export.json`` says.

    Raises FolderHasFiles, FolderNotWritten.
    """
    with _new_folder(folder) as partial:
        with transaction.atomic():
            # First of all statements, so that all files are of the moment of the next one.
            sql.execute(SNAPSHOT)
            files = [_write(company, file, partial) for file in exported_files()]
            manifest = {
                "format": FORMAT,
                "version": program_version(),
                "company": company.code,
                "exported_at": timezone.now(),
                "settings": _settings(company),
                "files": files,
                "totals": totals(company),
                "not_imported": [one["kind"] for one in files if one["kind"] not in KINDS],
                "not_carried": _not_carried(company),
            }
        text = json.dumps(manifest, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        with _durable(partial / MANIFEST) as file:
            file.write(text.encode())
    return manifest


def exported_files() -> list[Exported]:
    return [file for files in declared("exported", "EXPORTED") for file in files]


def totals(company: Company) -> dict[str, Any]:
    return {name: sql.rows(query, _of(company)) for name, query in TOTALS.items()}


def _settings(company: Company) -> dict[str, Any]:
    found = {name: getattr(company, name) for name in SETTINGS}
    if company.default_tax_rate is not None:
        found["default_tax_rate"] = f"{company.default_tax_rate.normalize():f}"
    return found


def _of(company: Company) -> sql.Parameters:
    return {"company": company.pk}


def _not_carried(company: Company) -> dict[str, int]:
    """What there is of it: nothing is said of what this company has not."""
    facts = [fact for found in declared("exported", "NOT_CARRIED") for fact in found]
    counts = {fact.name: int(sql.value(fact.count, _of(company))) for fact in facts}
    return {name: count for name, count in counts.items() if count}


def _write(company: Company, exported: Exported, folder: Path) -> dict[str, Any]:
    """Block by block, so that no more than one is in memory however many rows there are."""
    digest, size = hashlib.sha256(), 0
    with connection.cursor() as cursor, _durable(folder / f"{exported.name}.csv") as file:
        statement = f"COPY ({exported.query}) TO STDOUT WITH (FORMAT csv, HEADER, ENCODING 'UTF8')"
        with cursor.copy(statement % {"company": int(company.pk)}) as copy:
            for block in copy:
                file.write(block)
                digest.update(block)
                size += len(block)
        rows = cursor.rowcount
    return {
        "file": f"{exported.name}.csv",
        "kind": exported.name,
        "rows": rows,
        "bytes": size,
        "sha256": digest.hexdigest(),
    }


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """Under another name until it is whole: whoever is killed meanwhile leaves no such folder."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FolderHasFiles(path=folder)
        made = tempfile.mkdtemp(prefix=f".{folder.name}.partial-", dir=folder.parent)
    except OSError as error:
        raise FolderNotWritten(path=folder, reason=error.strerror) from error
    partial = Path(made)
    try:
        yield partial
        _synchronize([partial])
        # Over an empty folder, and over nothing else.
        partial.rename(folder)
        _synchronize([folder.parent])
    except OSError as error:
        if folder.exists() and any(folder.iterdir()):
            raise FolderHasFiles(path=folder) from error
        raise FolderNotWritten(path=folder, reason=error.strerror) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(partial)


@contextmanager
def _durable(path: Path) -> Iterator[Any]:
    with path.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        yield file
        file.flush()
        os.fsync(file.fileno())


def _synchronize(folders: Iterable[Path]) -> None:
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

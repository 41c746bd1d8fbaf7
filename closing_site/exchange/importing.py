"""Importing: every file staged, checked and written in one transaction, or nothing at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction

from closing_site.acting import from_files
from closing_site.companies.exchange_rates import record_exchange_rates
from closing_site.companies.models import Company
from closing_site.customers.opening_items import record_opening_items
from closing_site.customers.recording import record_customers, record_rep_names
from closing_site.customers.successors import follow_successors
from closing_site.desk.progress import Progress, Unwatched
from closing_site.exchange.bad_rows import write_bad_rows
from closing_site.exchange.errors import NotAnEncoding
from closing_site.exchange.folder import find_sources
from closing_site.exchange.kinds import KINDS
from closing_site.exchange.reading.encodings import NAMEABLE, named_encoding
from closing_site.exchange.staging import TWICE, Reading, stage_file
from closing_site.periods.actions import first_open_day, note_import
from closing_site.recording import hold_rows, staging
from closing_site.staged import MOST_PROBLEMS, Problem, Staged
from closing_site.staging import stage_nothing
from orders.recording.missing import MissingLines
from orders.recording.products import record_products
from orders.recording.rates import record_stated_rates
from orders.recording.relinking import relink_orders
from orders.recording.taking import record_orders
from orders.scope import hold_orders
from payments.recording import record_payments


@dataclass
class FileReport:
    """What became of one file's rows, or would have."""

    file: str
    kind: str
    rows: int
    new: int
    changed: int
    unchanged: int
    #: The first of them; ``bad_count`` counts all.
    bad: list[Problem]
    unknown_columns: list[str]
    #: Rows of the books that it removes.
    removed: int = 0
    bad_count: int = 0
    bad_file: str = ""
    #: As people call it: UTF-8, GB18030; blank of a workbook.
    encoding: str = ""
    #: What has to be said before the file can be imported: "discount_means", "encoding".
    asks: str = ""
    #: What is taken in all the same, and should be looked at.
    notes: list[Problem] = field(default_factory=list)


@dataclass
class ImportReport:
    written: bool
    skipped_files: list[str]
    files: list[FileReport] = field(default_factory=list)
    #: Order lines in the books that the files do not contain any more.
    missing_lines: MissingLines = field(default_factory=MissingLines)
    #: Nothing was written, because so many lines are missing that somebody has to confirm it.
    needs_confirmation: bool = False

    @property
    def has_bad_rows(self) -> bool:
        return any(file.bad_count for file in self.files)

    @property
    def has_questions(self) -> bool:
        """What a discount means has to be said, whatever else is skipped: orders would be written
        without their lines."""
        return any(file.asks == "discount_means" for file in self.files)


def import_path(
    *,
    company: Company,
    path: Path,
    is_dry_run: bool = False,
    skips_bad_rows: bool = False,
    keeps_bad_rows: bool = False,
    chosen: Mapping[str, str] | None = None,
    missing_lines: str | None = None,
    encoding: str = "",
    discount_means: str = "",
    progress: Progress | None = None,
    by: str,
) -> ImportReport:
    """Import a file or a folder of exchange files.

    With a bad row nothing is written, unless ``skips_bad_rows``: then the good ones are, and the
    bad ones go to a file beside theirs. A dry run writes nothing, and tells what would be.
    ``keeps_bad_rows``: the files of bad rows are made whether anything is written or not.
    ``chosen``: see find_sources. ``missing_lines``: the answer to the question whether many lines
    that the files lack are to be removed; see MissingLines. ``encoding``: of files that are not
    UTF-8 and do not say what they are. ``discount_means``: "off" or "of-price", of discounts under
    a header that may mean either.

    Raises NotAnEncoding, NoSuchPath, NoExchangeFile, TwoOfAKind, NotReadable, BadRowsNotWritten,
    ValueTooLarge, ChangedMeanwhile, LawBroken.
    """
    if encoding and named_encoding(encoding) is None:
        raise NotAnEncoding(encoding=encoding, names=", ".join(NAMEABLE))
    found = find_sources(path, chosen)
    report = ImportReport(False, found.skipped)
    progress = progress or Unwatched()
    # Writing what was read counts as one file more.
    steps = len(found.sources) + 1
    with staging(by):
        readings = []
        for place, (kind, task) in enumerate(found.sources, start=1):
            told = replace(task, encoding=encoding, discount_means=discount_means)
            readings.append(stage_file(kind, told, is_partial=skips_bad_rows))
            progress.tell(place, steps)
        # Only now: a file may take long to read, and others wait for these.
        hold_rows(company.pk)
        hold_orders(company.pk)
        with from_files({reading.kind.name: reading.name for reading in readings}):
            report.missing_lines = _record(company, readings, is_partial=skips_bad_rows)
        report.files = [_told(reading) for reading in readings]
        report.needs_confirmation = report.missing_lines.need_confirmation(missing_lines)
        report.written = (
            not is_dry_run
            and (skips_bad_rows or not report.has_bad_rows)
            and not report.needs_confirmation
            and not report.has_questions
        )
        if report.written or keeps_bad_rows:
            for reading, file in zip(readings, report.files, strict=True):
                file.bad_file = write_bad_rows(reading)
        if report.written:
            note_import(company)
        else:
            transaction.set_rollback(True)
    return report


def _record(company: Company, readings: list[Reading], *, is_partial: bool) -> MissingLines:
    missing = MissingLines()
    files = {reading.kind.name: reading.name for reading in readings}
    # What is refused as a whole is as if it were not there.
    staged: dict[str, Staged] = {
        reading.kind.name: reading.staged for reading in readings if not reading.is_refused
    }
    names = set(staged)
    for kind in KINDS.values():
        if kind.name not in staged:
            staged[kind.name] = stage_nothing(kind, is_partial=is_partial)
    if "exchange_rates" in names:
        record_exchange_rates(company, staged["exchange_rates"])
    if "sales_reps" in names:
        record_rep_names(company, staged["sales_reps"])
    if "tax_rates" in names:
        record_stated_rates(company, staged["tax_rates"])
    if "customers" in names:
        if follow_successors(company, staged["customers"], "code"):
            staged["customers"].refuse_doubles(TWICE)
        record_customers(company, staged["customers"])
    if "products" in names:
        record_products(company, staged["products"])
    if names & {"customers", "products"}:
        relink_orders(company, has_products="products" in names)
    if "opening_items" in names:
        record_opening_items(company, staged["opening_items"], staged["customers"])
    if names & {"orders", "order_lines", "deliveries"}:
        missing = record_orders(
            company,
            orders=staged["orders"],
            lines=staged["order_lines"],
            deliveries=staged["deliveries"],
            first_open_day=first_open_day(company),
            lines_file=files.get("order_lines", ""),
        )
    if "payments" in names:
        record_payments(company, staged["payments"], staged["customers"])
    return missing


def _told(reading: Reading) -> FileReport:
    staged = reading.staged
    return FileReport(
        file=reading.name,
        kind=reading.kind.name,
        rows=reading.rows,
        new=staged.new,
        changed=staged.changed,
        unchanged=staged.unchanged,
        bad=sorted(staged.problems, key=_place)[:MOST_PROBLEMS],
        bad_count=staged.bad,
        unknown_columns=reading.unknown_columns,
        encoding=reading.encoding,
        asks=reading.asks,
        removed=staged.removed,
        notes=sorted(staged.notes, key=_place)[:MOST_PROBLEMS],
    )


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line, problem.column

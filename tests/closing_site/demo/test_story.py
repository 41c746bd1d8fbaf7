"""The demo company's facts, before any of them is in the books."""

import csv
from collections import Counter
from pathlib import Path

from closing_site.demo.files import master_files, write_month
from closing_site.demo.master_data import customers
from closing_site.demo.story import FIRST_DAY, LAST_DAY, story
from closing_site.exchange.folder import find_sources
from closing_site.exchange.kinds import KINDS
from closing_site.periods.calendar import month_code, months


def test_it_is_told_the_same_way_each_time() -> None:
    assert story() == story()


def test_the_files_have_rows_of_every_kind(tmp_path: Path) -> None:
    told = story()
    for first, last in months(FIRST_DAY, LAST_DAY):
        folder = tmp_path / month_code(first)
        folder.mkdir()
        write_month(folder, month_code(first), first, last, told.sales, told.receipts)
    found = Counter[str]()
    for folder in (master_files(), *tmp_path.iterdir()):
        sources = find_sources(folder)
        assert sources.skipped == []
        for kind, _source in sources.sources:
            with (folder / f"{kind.name}.csv").open(encoding="utf-8", newline="") as file:
                found[kind.name] += sum(1 for _row in csv.reader(file)) - 1
    # Its reps and rates come with its customers and lines.
    assert set(found) == set(KINDS) - {"sales_reps", "tax_rates"}
    assert all(found.values())


def test_forty_to_a_hundred_orders_a_month_from_forty_customers() -> None:
    ordered = Counter(month_code(sale.ordered_on) for sale in story().sales)
    assert all(40 <= count <= 100 for count in ordered.values())
    assert len(ordered) == 6
    assert len(customers()) >= 40
    assert {sale.customer.code for sale in story().sales} == set(customers())


def test_nothing_is_paid_before_the_first_day_or_after_the_last() -> None:
    days = [receipt.received_on for receipt in story().receipts]
    assert FIRST_DAY <= min(days) <= max(days) <= LAST_DAY


def test_no_reference_is_given_twice() -> None:
    references = Counter(receipt.reference for receipt in story().receipts)
    assert references.most_common(1)[0][1] == 1

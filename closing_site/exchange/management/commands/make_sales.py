"""``manage.py make_sales``: a synthetic company's sales, taken in as any other sales are."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import CommandParser

from closing_site.companies.management.company_command import DONE, CompanyCommand, Result
from closing_site.companies.models import Company
from closing_site.exchange.importing import import_path
from closing_site.exchange.synthetic import Plan
from closing_site.exchange.synthetic_files import write_files
from closing_site.periods.actions import first_open_day
from orders.models import Order

BY = "make_sales"
PREFIX = "SO-"


def number(low: int, high: int) -> Callable[[str], int]:
    def parsed(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ArgumentTypeError(f"'{text}' is no number from {low} to {high}")
        return int(text)

    return parsed


def plan_for(company: Company, **options: int) -> Plan:
    """From the company's first open day; numbers go on where it has some already."""
    last = (
        Order.objects.filter(company=company, number_prefix=PREFIX)
        .order_by("-number_value")
        .values_list("number_value", flat=True)
        .first()
    )
    return Plan(
        first_day=first_open_day(company),
        currency=company.currency,
        first_number=(last or 0) + 1,
        **options,
    )


class Command(CompanyCommand):
    help = "Makes synthetic sales: customers, products, orders and payments; the same for a seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--orders", type=number(1, 9_000_000), required=True, metavar="N")
        parser.add_argument("--months", type=number(1, 1200), default=1, metavar="M")
        parser.add_argument("--lines", type=number(1, 100), default=3, metavar="K")
        parser.add_argument("--seed", type=number(0, 2**31), default=1, metavar="S")
        parser.add_argument(
            "--faults",
            type=number(0, 1000),
            default=0,
            metavar="PERMILLE",
            help="of a thousand orders, how many have something wrong with them or their payment",
        )

    def run_command(self, company: Company, **options: Any) -> tuple[Result, int]:
        names = ("orders", "months", "lines", "seed", "faults")
        plan = plan_for(company, **{name: options[name] for name in names})
        with TemporaryDirectory() as folder:
            write_files(plan, Path(folder))
            report = import_path(company=company, path=Path(folder), by=BY)
        made = {file.kind: file.new for file in report.files}
        return {
            "company": company.code,
            "seed": plan.seed,
            "first_day": plan.first_day.isoformat(),
            "last_day": plan.last_day.isoformat(),
            **{kind: made[kind] for kind in ("customers", "products")},
            **{kind: made[kind] for kind in ("orders", "order_lines", "payments")},
        }, DONE

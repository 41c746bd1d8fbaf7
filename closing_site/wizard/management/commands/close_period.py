"""``manage.py close_period``: see CONTRACT."""

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from closing_site.companies.management.company_command import DONE, REFUSED, CompanyCommand
from closing_site.companies.members import APPROVERS, PREPARERS, require_role
from closing_site.companies.models import Company
from closing_site.desk.progress import watched
from closing_site.periods.actions import period_to_close
from closing_site.periods.reasons import reason_given
from closing_site.wizard.closing import Orders, close, rehearse
from closing_site.wizard.steps import all_steps


class Command(CompanyCommand):
    help = "Walks a month through its steps and locks it; stops where it may not pass, saying why."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="YYYY-MM")
        parser.add_argument("--as", dest="by", required=True, metavar="USER")
        parser.add_argument("--approve-as", dest="approver", metavar="USER")
        parser.add_argument("--through", choices=[step.slug for step in all_steps()], default="")
        parser.add_argument("--defer-exceptions", default="", metavar="REASON")
        parser.add_argument("--acknowledge-warnings", default="", metavar="REASON")
        parser.add_argument(
            "--early",
            default="",
            metavar="REASON",
            help="lock a month that has not ended, where the company allows it",
        )
        parser.add_argument("--rehearse", action="store_true")

    def run_command(self, company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        by = require_role(company, options["by"], PREPARERS)
        approver = None
        is_alone = options["approver"] == options["by"] and company.single_person_since is None
        if options["approver"] and not is_alone:
            approver = require_role(company, options["approver"], APPROVERS)
        orders = Orders(
            by=by,
            approver=approver,
            through=options["through"],
            defer_reason=options["defer_exceptions"],
            acknowledge_reason=options["acknowledge_warnings"],
            early_reason=reason_given(options["early"], is_needed=False),
        )
        if options["rehearse"]:
            # The month itself, where it is made for this, goes as well.
            with transaction.atomic():
                closing = rehearse(period_to_close(company, options["period"]), orders)
                transaction.set_rollback(True)
        else:
            closing = close(period_to_close(company, options["period"]), orders, watch=watched)
        return closing.as_json(), REFUSED if closing.stopped_at else DONE

    def print_text(self, result: dict[str, Any]) -> None:
        self.stdout.write(f"{result['company']} {result['period']}: {result['status']}")
        for step in result["steps"]:
            found = ", ".join(f"{name} {count}" for name, count in step["findings"].items())
            self.stdout.write(f"  {step['step']}: {step['state']} ({found}; {step['seconds']} s)")
        if result["stopped_at"]:
            self.stdout.write(f"Stopped at {result['stopped_at']}:")
        for reason in result["reasons"]:
            self.stdout.write(f"  {reason}")
        for name, value in result["totals"].items():
            self.stdout.write(f"  {name}: {value}")

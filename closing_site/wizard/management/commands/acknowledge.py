"""``manage.py acknowledge``: see CONTRACT."""

from typing import Any

from django.core.management.base import CommandParser

from closing_site.companies.management.company_command import DONE, CompanyCommand
from closing_site.companies.members import PREPARERS, require_role
from closing_site.companies.models import Company
from closing_site.desk.actions import acknowledge_finding
from closing_site.periods.actions import existing_period


class Command(CompanyCommand):
    help = "Acknowledges one finding of one document, with a reason."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="KIND:NUMBER")
        parser.add_argument("--check", dest="check_slug", required=True, metavar="SLUG")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--as", dest="by", required=True, metavar="USER")
        parser.add_argument("--period", required=True, metavar="YYYY-MM")

    def run_command(self, company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        period = existing_period(company, options["period"])
        by = require_role(company, options["by"], PREPARERS)
        acknowledge_finding(
            period=period,
            document=options["document"],
            check_slug=options["check_slug"],
            reason=options["reason"],
            by=by,
        )
        return {
            "company": company.code,
            "period": period.code,
            "document": options["document"],
            "check": options["check_slug"],
            "acknowledged_by": by.username,
            "reason": options["reason"].strip(),
        }, DONE

"""``manage.py reopen_period``: see CONTRACT."""

from typing import Any

from django.core.management.base import CommandParser

from closing_site.companies.management.company_command import DONE, CompanyCommand
from closing_site.companies.members import APPROVERS, PREPARERS, require_role
from closing_site.companies.models import Company
from closing_site.periods.actions import existing_period
from closing_site.wizard.reopening import reopen_period


class Command(CompanyCommand):
    help = "Makes the last locked month open again, for a reason and with a second person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="YYYY-MM")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--as", dest="by", required=True, metavar="USER")
        parser.add_argument("--approve-as", dest="approver", required=True, metavar="USER")

    def run_command(self, company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        reopening = reopen_period(
            existing_period(company, options["period"]),
            reason=options["reason"],
            by=require_role(company, options["by"], PREPARERS),
            approver=require_role(company, options["approver"], APPROVERS),
        )
        return {
            "company": company.code,
            "period": reopening.period.code,
            "status": reopening.period.status,
            "kept_seal": reopening.seal.digest,
            "reason": reopening.reason,
        }, DONE

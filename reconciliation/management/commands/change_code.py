"""``manage.py change_code``: another code for a customer or an account in use."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from closing_site.companies.management.company_command import DONE, CompanyCommand
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company
from reconciliation.changing_codes import MODELS, change_code


class Command(CompanyCommand):
    help = "Gives a customer or an account in use another code, from a day on and for a reason."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(MODELS))
        parser.add_argument("old", metavar="OLD")
        parser.add_argument("new", metavar="NEW")
        parser.add_argument("--from", dest="valid_from", type=date.fromisoformat, required=True)
        parser.add_argument("--reason", required=True)
        parser.add_argument("--as", dest="by", required=True, metavar="USER")

    def run_command(self, company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        change = change_code(
            company=company,
            kind=options["kind"],
            old=options["old"],
            new=options["new"],
            valid_from=options["valid_from"],
            reason=options["reason"],
            by=require_role(company, options["by"], ENTERING),
        )
        return {
            "company": company.code,
            "kind": change.kind,
            "old_code": change.old_code,
            "new_code": change.new_code,
            "valid_from": change.valid_from,
            "reason": change.reason,
        }, DONE

"""``manage.py verify_integrity``: see CONTRACT."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from closing_site.companies.management.company_command import DONE, REFUSED, CompanyCommand
from closing_site.companies.models import Company
from closing_site.periods.actions import existing_period
from closing_site.wizard.integrity.checkpoint import read_checkpoint
from closing_site.wizard.integrity.verifying import problems_of
from closing_site.wizard.models import Verification


class Command(CompanyCommand):
    only_reads = True
    help = "Checks every law that can be checked, and every seal; names what is not as it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--period", metavar="YYYY-MM")
        parser.add_argument("--checkpoint", type=Path, metavar="FILE")

    def run_command(self, company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        period = existing_period(company, options["period"]) if options["period"] else None
        path = options["checkpoint"]
        checkpoint = read_checkpoint(path, company) if path else None
        found = problems_of(company, period, checkpoint=checkpoint)
        if period is None:
            Verification.objects.create(
                company=company,
                verified_at=timezone.now(),
                findings=len(found),
                has_checkpoint=checkpoint is not None,
            )
        return {
            "company": company.code,
            "period": period.code if period else None,
            "checkpoint": str(path) if path else None,
            "findings": [problem.as_json() for problem in found],
        }, REFUSED if found else DONE

    def print_text(self, result: dict[str, Any]) -> None:
        for found in result["findings"]:
            self.stdout.write(
                f"law {found['law']}: {found['table']} {found['number']}: {found['problem']}"
            )
        if not result["findings"]:
            self.stdout.write("Every law holds, and every seal is whole.")

"""``manage.py export_checkpoint``: see CONTRACT."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from closing_site.companies.management.company_command import DONE, CompanyCommand, write_file
from closing_site.companies.models import Company
from closing_site.wizard.integrity.checkpoint import export_checkpoint


class Command(CompanyCommand):
    only_reads = True
    help = "Writes the signed head of the seal chain with every document's hash, to keep elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE")

    def run_command(self, company: Company, **options: Any) -> tuple[dict[str, Any], int]:
        checkpoint = export_checkpoint(company)
        output = options["output"]
        if output is None:
            return checkpoint, DONE
        write_file(output, json.dumps(checkpoint, ensure_ascii=False).encode())
        return {
            "company": company.code,
            "output": str(output),
            "seals": len(checkpoint["seals"]),
            "head": checkpoint["head"],
        }, DONE

    def print_text(self, result: dict[str, Any]) -> None:
        if "output" in result:
            super().print_text(result)
        else:
            self.stdout.write(json.dumps(result, ensure_ascii=False))

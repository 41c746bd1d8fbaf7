"""All that can be asked of a company's books, in one transaction."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.periods.models import Period
from closing_site.wizard.integrity.broken_audit import broken_audit
from closing_site.wizard.integrity.broken_laws import broken_laws
from closing_site.wizard.integrity.broken_seals import broken_seals
from closing_site.wizard.integrity.broken_trail import broken_trail
from closing_site.wizard.integrity.checkpoint import compare
from closing_site.wizard.integrity.problem import Problem


def problems_of(
    company: Company,
    period: Period | None = None,
    *,
    checkpoint: Mapping[str, Any] | None = None,
) -> list[Problem]:
    """What is not as its invariants, seals and ``checkpoint`` say; of a month where it is given."""
    sql.analyze_unknown()
    # Temporary tables live until a transaction's end.
    with transaction.atomic():
        found = [
            *broken_laws(company, period),
            *broken_audit(company, period),
            *(broken_trail(company) if period is None else ()),
            *broken_seals(company, period),
        ]
        if checkpoint is not None:
            found += compare(company, dict(checkpoint), period)
    return found

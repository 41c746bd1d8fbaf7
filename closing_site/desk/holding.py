"""Which warnings hold an order out of confirmation until someone answers them."""

from typing import Final

from closing_site.companies.models import Company
from closing_site.desk.models import Severity
from closing_site.desk.registry import Check, checks_of

#: Where the company has said nothing: what would be billed twice, or at another amount or rate
#: than was agreed.
DEFAULT: Final = ("duplicate-order", "stated-total", "new_tax_rate")


def holding_checks(company: Company) -> list[str]:
    chosen = company.holding_checks
    return list(DEFAULT if chosen is None else chosen)


def checks_that_may_hold() -> list[Check]:
    """Warnings about orders. What blocks holds anyway; a note holds nothing."""
    return [check for check in checks_of("confirm") if check.severity == Severity.WARN]

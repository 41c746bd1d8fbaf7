"""What a new payment's form proposes."""

from closing_site.companies.models import Company
from closing_site.sorting import number_parts
from payments.models import Payment

FIRST = "P-0001"


def next_reference(company: Company) -> str:
    """The reference that follows the newest one's; banks' own are as they are."""
    newest = Payment.objects.filter(company=company).order_by("-id").first()
    if newest is None:
        return FIRST
    prefix, value = number_parts(newest.reference)
    if value is None:
        return ""
    digits = len(newest.reference) - len(prefix)
    proposed = f"{prefix}{value + 1:0{digits}d}"
    is_taken = Payment.objects.filter(company=company, reference=proposed).exists()
    return "" if is_taken else proposed

"""Who locked a month, and who made it open again: as the audit has it."""

from closing_site.companies.models import AuditEntry
from closing_site.periods.models import Period


def pressed(period: Period) -> dict[str, list[str]]:
    """``locked`` and ``reopened`` → who pressed the button, each time, the newest first."""
    entries = AuditEntry.objects.filter(
        company=period.company_id,
        document_kind="period",
        document_id=period.pk,
        document_number=period.code,
        action__in=["locked", "reopened"],
    )
    found: dict[str, list[str]] = {"locked": [], "reopened": []}
    for action, actor in entries.order_by("-id").values_list("action", "actor"):
        found[action].append(actor)
    return found

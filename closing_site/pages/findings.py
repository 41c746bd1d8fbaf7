"""Findings as a page says them, grouped by the check that found them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class ShownFinding:
    """One finding as a page says it: its document, what is wrong, and whether someone let it stand.

    ``key`` is what the actions beside it post.
    """

    severity: str
    document_kind: str
    document_number: str
    message: str
    key: int | str = ""
    amount: Decimal | None = None
    currency: str = ""
    acknowledged_by: str = ""
    reason: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FindingGroup:
    """What one check found. ``more_url`` shows all where only some are given."""

    slug: str
    title: str
    severity: str
    severity_text: str
    advice: str
    findings: Sequence[ShownFinding]
    count: int
    more_url: str = ""
    #: What continues is asked in each month.
    is_monthly: bool = False

    @property
    def holds_orders(self) -> bool:
        """An order with such a finding is not confirmed, and may be deferred."""
        return self.severity in ("block", "ready")

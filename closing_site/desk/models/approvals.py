"""A second person's word."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from closing_site.desk.models.document_row import DocumentRow
from closing_site.fields import CompanyForeignKey, company_identity
from closing_site.periods.models import Period


class Approval(DocumentRow):
    """A second person's yes or no to what the first prepared, bound to what was seen (law 11)."""

    kind = models.CharField(max_length=30)
    period = CompanyForeignKey(Period, null=True)
    digest = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    decision_reason = models.TextField(blank=True, db_default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    is_granted = models.BooleanField(null=True)
    #: Whether the company let one person ask and decide.
    is_single_person = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            company_identity(),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | ~Q(requested_by=F("decided_by"))
                | Q(is_single_person=True),
                name="desk_approval_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, is_granted=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_granted__isnull=False),
                name="desk_approval_decided_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "kind", "period"],
                condition=~Q(kind="hold_back"),
                name="desk_approval_of_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.document}"

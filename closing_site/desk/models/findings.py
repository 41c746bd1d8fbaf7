"""What checks have found, what was let stand, and both as a step's page shows them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from closing_site.desk.models.document_row import DocumentRow
from closing_site.fields import CompanyForeignKey, MoneyField, one_of
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow


class Severity(models.TextChoices):
    BLOCK = "block", _("blocks")
    WARN = "warn", _("warning")
    NOTE = "note", _("note")


class Finding(DocumentRow):
    """One problem that a check found in one document: a slug and parameters, never rendered text.

    ``amount`` is in the document's currency. ``digest`` is over the parameters: an acknowledgement
    holds for what was seen, in later months too, and no longer when it changes.
    """

    period = CompanyForeignKey(Period)
    step = models.CharField(max_length=20)
    check_slug = models.CharField(max_length=40)
    severity = models.CharField(max_length=5, choices=Severity.choices)
    amount = MoneyField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    parameters = models.JSONField(default=dict)
    digest = models.CharField(max_length=32)
    found_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)
    deferred_by = models.CharField(
        max_length=150, blank=True, help_text=_("who held the document back, for this month")
    )
    deferred_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            one_of("severity", Severity, "desk_finding_severity"),
            models.UniqueConstraint(
                fields=["company", "period", "check_slug", "document_kind", "document_id"],
                name="desk_finding_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "document_kind", "document_id"], name="desk_finding_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_slug} {self.document}"


class Acknowledgement(DocumentRow):
    """A person's reason why a finding may stand. Append-only."""

    check_slug = models.CharField(max_length=40)
    digest = models.CharField(max_length=32)
    reason = models.TextField()
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "check_slug", "document_kind", "document_id", "digest"],
                name="desk_acknowledgement_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="desk_acknowledgement_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.check_slug} {self.document}"


class LeftOut(DocumentRow):
    """A document that the last run of its kind (``run``) in a month could not process: what it
    would have written violates a constraint (``reason``). The run went on without it."""

    period = CompanyForeignKey(Period)
    run = models.CharField(max_length=20)
    reason = models.TextField()
    left_out_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "run", "document_kind", "document_id"],
                name="desk_leftout_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.document}"


class StepStock(CompanyRow):
    """What a step's page shows without counting: its figures, and how many findings of each check.

    Written whenever runs, checks, acknowledgements or sign-offs have counted anew. ``tally``: check
    slug → how many findings stand, and how many are answered (acknowledged, or held back).
    ``waiting``: how many documents these findings that stand are of: ``waits`` in all, ``block``,
    ``warn``, and ``ready`` (for the step's run). ``checked_mark`` is when its checks were run (SQL
    ``audit_mark``), ``counted_mark`` when its figures were counted: what came since may have
    changed them.
    """

    period = CompanyForeignKey(Period)
    step = models.CharField(max_length=20)
    figures = models.JSONField(default=dict)
    tally = models.JSONField(default=dict)
    waiting = models.JSONField(default=dict)
    checked_mark = models.TextField(default="", db_default="")
    counted_mark = models.TextField(default="", db_default="")
    counted_at = models.DateTimeField(auto_now=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "step"], name="desk_stepstock_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.step}"

"""What every step needs: findings and their acknowledgement, approvals, runs, files, messages."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closing_site.fields import CompanyForeignKey, MoneyField, company_identity, one_of
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow


class Severity(models.TextChoices):
    BLOCK = "block", _("blocks")
    WARN = "warn", _("warning")
    NOTE = "note", _("note")


class DocumentRow(CompanyRow):
    """A row about one document of a higher floor: a soft reference."""

    document_kind = models.CharField(max_length=30)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=80)

    class Meta:
        abstract = True

    @property
    def document(self) -> str:
        return f"{self.document_kind}:{self.document_number}"


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

    class Meta:
        constraints = [
            company_identity(),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(requested_by=F("decided_by")),
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


#: A run that says nothing for so long has died with its process. It says so much more often.
SILENT_SECONDS = 60


class RunState(models.TextChoices):
    QUEUED = "queued", _("waits for the worker")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Run(CompanyRow):
    """A run over many rows and how far it is. Written over a connection of its own, so that a page
    sees it while the run's transaction is still open."""

    period = CompanyForeignKey(Period, null=True, soft=True)
    kind = models.CharField(max_length=30)
    started_by = models.CharField(max_length=150)
    state = models.CharField(max_length=7, choices=RunState.choices, default=RunState.RUNNING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [one_of("state", RunState, "desk_run_state")]
        indexes = [models.Index(fields=["company", "period", "kind"], name="desk_run_period")]

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total}"

    @property
    def has_died(self) -> bool:
        """Its process was killed: it could not say so itself."""
        silent = timezone.now() - self.heartbeat_at
        return self.state == RunState.RUNNING and silent > timedelta(seconds=SILENT_SECONDS)

    @property
    def goes_on(self) -> bool:
        return self.state in (RunState.QUEUED, RunState.RUNNING) and not self.has_died


class StepStock(CompanyRow):
    """What a step's page shows without counting: its figures, and how many findings of each check.

    Written whenever runs, checks, acknowledgements or sign-offs have counted anew. ``tally``: check
    slug → how many findings stand, and how many are answered (acknowledged, or held back).
    ``audit_position`` is the audit's last entry when its checks were asked: what comes after may
    have given them something to find.
    """

    period = CompanyForeignKey(Period)
    step = models.CharField(max_length=20)
    figures = models.JSONField(default=dict)
    tally = models.JSONField(default=dict)
    audit_position = models.BigIntegerField(default=0)
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


class IdempotencyKey(CompanyRow):
    """A request that took effect; the same key again returns its answer (law 7)."""

    key = models.CharField(max_length=64)
    action = models.CharField(max_length=60)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="desk_idempotencykey_once")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.key}"


class Attachment(DocumentRow):
    """A file beside a document, addressed by its content."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "document_kind", "document_id", "sha256"],
                name="desk_attachment_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FollowUp(DocumentRow):
    """Something a person has to see to by a day."""

    slug = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["company", "owner"], condition=Q(done_at=None), name="desk_followup_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.document}"


class Notification(CompanyRow):
    """What the bell shows one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    slug = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user"], condition=Q(read_at=None), name="desk_notification_unread"
            )
        ]

    def __str__(self) -> str:
        return self.slug


class OutboxMessage(CompanyRow):
    """A message to someone outside, written with the fact that needs it and sent by the worker."""

    channel = models.CharField(max_length=20)
    recipient = models.CharField(max_length=200)
    slug = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(sent_at=None), name="desk_outboxmessage_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.recipient}"

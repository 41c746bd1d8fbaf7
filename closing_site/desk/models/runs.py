"""Runs with their progress, and requests that took effect."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closing_site.fields import CompanyForeignKey, one_of
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow

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


class IdempotencyKey(CompanyRow):
    """A request that took effect; the same key and content again return its answer (law 7)."""

    key = models.CharField(max_length=64)
    action = models.CharField(max_length=60)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    #: SHA-256 of what was sent, in hex; empty of a key from before contents were kept.
    content = models.CharField(max_length=64, blank=True, default="", db_default="")
    answer = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="desk_idempotencykey_once")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.key}"

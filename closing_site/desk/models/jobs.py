"""Background jobs beside what the queue itself keeps: why one failed, and which workers live."""

from django.conf import settings
from django.db import models


class JobFailure(models.Model):
    """A background job that failed for good, and why; one row a job. ``company`` and ``run`` are
    empty where it belongs to none."""

    job_id = models.BigIntegerField(unique=True)
    company = models.ForeignKey(
        "companies.Company",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
    )
    run_id = models.BigIntegerField(null=True)
    task = models.CharField(max_length=128)
    queue = models.CharField(max_length=128)
    tries = models.PositiveIntegerField()
    reason = models.TextField()
    failed_at = models.DateTimeField(auto_now_add=True)
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["company", "-failed_at"],
                condition=models.Q(dismissed_at=None),
                name="desk_jobfailure_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.job_id}"


class WorkerBeat(models.Model):
    """When a worker of a queue was last alive: one row a queue, whichever process it was."""

    queue = models.CharField(max_length=128, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.queue

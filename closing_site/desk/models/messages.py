"""What is said to someone: files, what to see to, and messages inside and out."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from closing_site.desk.models.document_row import DocumentRow
from closing_site.fields import CompanyForeignKey, company_identity
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow


class StoredFile(DocumentRow):
    """A file that belongs to a document, addressed by its content."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Attachment(StoredFile):
    """A file that belongs to a document for good. Append-only; the database computes ``sha256``;
    the company's next seal holds it."""

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "document_kind", "document_id", "sha256"],
                name="desk_attachment_once",
            ),
        ]


class AttachmentMonth(CompanyRow):
    """The month whose seal holds an attachment; null until the next lock. Written by triggers and
    by the lock."""

    attachment = CompanyForeignKey(Attachment)
    period = CompanyForeignKey(Period, null=True, soft=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "attachment"], name="desk_attachmentmonth_once"
            )
        ]
        indexes = [
            models.Index(fields=["company", "period"], name="desk_attachmentmonth_month"),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.period_id}"


class WorkingFile(StoredFile):
    """A file that is needed for a while: an upload, its preview, its bad rows. Deleted after the
    company's ``working_file_days``."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "document_kind", "document_id", "sha256"],
                name="desk_workingfile_once",
            ),
        ]
        indexes = [models.Index(fields=["added_at"], name="desk_workingfile_age")]


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

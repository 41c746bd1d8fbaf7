"""What every step needs: findings and their acknowledgement, approvals, runs, files, messages."""

from closing_site.desk.models.approvals import Approval
from closing_site.desk.models.findings import (
    Acknowledgement,
    Finding,
    LeftOut,
    Severity,
    StepStock,
)
from closing_site.desk.models.jobs import JobFailure, WorkerBeat
from closing_site.desk.models.messages import (
    Attachment,
    AttachmentMonth,
    FollowUp,
    Notification,
    OutboxMessage,
    WorkingFile,
)
from closing_site.desk.models.runs import SILENT_SECONDS, IdempotencyKey, Run, RunState

__all__ = [
    "SILENT_SECONDS",
    "Acknowledgement",
    "Approval",
    "Attachment",
    "AttachmentMonth",
    "Finding",
    "FollowUp",
    "IdempotencyKey",
    "JobFailure",
    "LeftOut",
    "Notification",
    "OutboxMessage",
    "Run",
    "RunState",
    "Severity",
    "StepStock",
    "WorkerBeat",
    "WorkingFile",
]

from closing_site.refusals import Refusal


class AlreadyLocked(Refusal):
    """Period %(period)s is locked already."""


class MonthNotBegun(Refusal):
    """%(period)s begins on %(day)s. A month that has not begun cannot be locked."""


class MonthNotEnded(Refusal):
    """%(period)s ends on %(day)s: %(left)s. Lock it once it has ended, or let an administrator allow early close in the company's settings."""  # noqa: E501


class EarlyReasonNeeded(Refusal):
    """%(period)s ends on %(day)s: %(left)s. Give a reason to lock it early (command: --early REASON)."""  # noqa: E501


class StepWaits(Refusal):
    """%(step)s is not signed off, or its figures have changed since: %(what)s."""


class DocumentsCameLate(StepWaits):
    """%(step)s was signed before %(documents)s came: %(what)s. Do the step again, then sign it."""


class ApproverNeeded(Refusal):
    """The lock needs the approval of another person: a manager who did not prepare the close."""


class SignedThemselves(Refusal):
    """%(user)s signed %(step)s and cannot approve the lock: another person approves, or signs that step."""  # noqa: E501


class PreparedThemselves(Refusal):
    """%(user)s prepared part of %(period)s and cannot approve it: %(acts)s. Another preparer may review this on the page of the lock. Could approve: %(others)s."""  # noqa: E501


class RequestWithdrawn(Refusal):
    """%(user)s withdrew this request: nothing was decided. The page of the month shows what is asked for now."""  # noqa: E501


class ReviewedByThemselves(Refusal):
    """%(user)s prepared this: another preparer reviews it."""


class NothingToReview(Refusal):
    """%(user)s prepared nothing in %(period)s that nobody else has reviewed."""


class ChecksBlock(Refusal):
    """%(count)s findings block the lock; the first: %(first)s."""


class NotACheckpoint(Refusal):
    """%(path)s is no checkpoint of %(company)s: %(reason)s."""


class StepBlocked(Refusal):
    """%(step)s cannot be signed: %(count)s findings wait; the first: %(first)s."""


class FiguresChanged(Refusal):
    """The figures of %(step)s have changed since you saw them: look at them again, then sign."""


class ApprovalStale(Refusal):
    """What was seen of %(period)s is no longer so: it is asked for and approved anew."""


class LaterPeriodLocked(Refusal):
    """Only the last locked month can be reopened: %(later)s after %(period)s is locked."""


class NoSuchRun(Refusal):
    """There is no run %(kind)s."""


class EstimateApproved(Refusal):
    """The lock of %(period)s is approved: ask for it again to change the estimate."""


class DeferredAlready(Refusal):
    """%(number)s is already deferred by %(user)s: %(reason)s"""


class NothingOfMonthToDefer(Refusal):
    """None of these orders has a delivery of this month that waits: run the confirmation first."""

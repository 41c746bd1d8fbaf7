from closing_site.refusals import Refusal


class AlreadyLocked(Refusal):
    """Period %(period)s is locked already."""


class StepWaits(Refusal):
    """%(step)s is not signed off, or its figures have changed since: %(what)s."""


class ApproverNeeded(Refusal):
    """The lock needs the approval of another person: a manager who did not prepare the close."""


class ChecksBlock(Refusal):
    """%(count)s findings block the lock; the first: %(first)s."""


class CannotBeWritten(Refusal):
    """%(path)s cannot be written: %(reason)s."""


class NotACheckpoint(Refusal):
    """%(path)s is no checkpoint of %(company)s: %(reason)s."""

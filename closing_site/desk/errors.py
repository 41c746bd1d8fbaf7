from closing_site.refusals import Refusal


class NothingFound(Refusal):
    """%(check)s has found nothing in %(document)s that waits in %(period)s."""


class AcknowledgedAlready(Refusal):
    """%(document)s is acknowledged already, by %(user)s: %(reason)s"""


class CannotBeAcknowledged(Refusal):
    """%(check)s blocks by its nature: mend %(document)s, or hold it back."""


class UnknownCheck(Refusal):
    """There is no check %(check)s."""


class NotADocument(Refusal):
    """%(document)s names no document: write its kind and number, as in order:10248."""


class KeyMissing(Refusal):
    """The form came without its key: reload the page and send it again."""


class KeyOfAnotherRequest(Refusal):
    """This form's key was used for something else: reload the page and send it again."""


class KeyOfOtherContent(Refusal):
    """This form was already sent with other data, and that data was saved. Check what is there, then send this again if it is needed as well."""  # noqa: E501

    can_resend = True


class RunGoesOn(Refusal):
    """A run of %(period)s that %(user)s started goes on: wait until it has ended."""


class RunDied(Refusal):
    """Its process ended before it did; nothing of it was kept. Run it again."""


class NotPossible(Refusal):
    """%(reason)s"""


class ChangedSinceSeen(Refusal):
    """Someone has changed this since you opened the page: open it anew, then change it."""


class AlreadyDecided(Refusal):
    """This was decided already, by %(user)s."""


class AlreadyAsked(Refusal):
    """%(user)s has asked for this already; it waits to be decided."""


class JobDied(Refusal):
    """Its worker died %(tries)s times. See the worker's log, fix the cause and retry the job."""


class JobNotFailed(Refusal):
    """The job is off the list of failed jobs already: it was retried or dismissed."""

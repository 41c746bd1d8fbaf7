from closing_site.refusals import Refusal


class OrderCancelled(Refusal):
    """Order %(number)s is cancelled."""


class OrderClosed(Refusal):
    """Order %(number)s was closed short on %(day)s."""


class NotClosed(Refusal):
    """Order %(number)s is not closed."""


class NothingOutstanding(Refusal):
    """Order %(number)s has nothing to close: no part of it is delivered, or all of it."""


class ReopenedByFinance(Refusal):
    """Order %(number)s has later documents (%(documents)s): only finance can reopen it."""


class DeliveredByLine(Refusal):
    """Order %(number)s is delivered by lines: say which lines were handed over."""


class DeliveredAlready(Refusal):
    """Order %(number)s is delivered already, on %(day)s: take that delivery back first."""


class DeliveryConfirmed(Refusal):
    """This delivery of order %(number)s is confirmed in period %(period)s: it stays."""


class NothingDelivered(Refusal):
    """Order %(number)s has no delivery that waits to be confirmed."""


class NothingConfirmed(Refusal):
    """Nothing of order %(number)s is confirmed in period %(period)s."""


class InvoicedAlready(Refusal):
    """Order %(number)s is invoiced (%(invoices)s): correct it with a credit note."""


class ConfirmedInLocked(Refusal):
    """Period %(period)s is locked: correct order %(number)s with a credit note in an open one."""


class OnSealedList(Refusal):
    """Order %(number)s stands on the unbilled list of %(period)s, which is locked: it stays."""


class OrderDeferred(Refusal):
    """Order %(number)s is deferred by %(user)s: %(reason)s Release it first."""


class AlreadyDeferred(Refusal):
    """Order %(number)s is already deferred by %(user)s: %(reason)s"""


class NothingToDefer(Refusal):
    """Nothing of order %(number)s is left to defer: all of it is confirmed."""


class AlreadyReleased(Refusal):
    """The deferral of order %(number)s was already released by %(user)s."""


class NotYourDeferral(Refusal):
    """Order %(number)s was deferred by %(user)s: only they or finance can release it."""


class NegativeEstimate(Refusal):
    """An estimate cannot be negative: enter 0 or more."""


class NotYourOrder(Refusal):
    """Order %(number)s is looked after by another sales representative."""


class NoCodeOfYours(Refusal):
    """No sales representative's code is tied to you: please ask an administrator."""


class LineDelivered(Refusal):
    """Line %(line)s of order %(number)s is delivered in part: it stays."""


class DayTaken(Refusal):
    """Order %(number)s has a delivery of %(day)s already: change that one."""


class NoLineDelivered(Refusal):
    """Say of at least one line how much was handed over."""


class RateExists(Refusal):
    """There is such a rate already."""


class NotARate(Refusal):
    """A rate of zero needs one of the reasons for zero; any other is standard, 100 % at most."""

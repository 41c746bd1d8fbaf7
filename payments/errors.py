from closing_site.refusals import Refusal


class NoCustomerYet(Refusal):
    """Payment %(reference)s has no customer yet: give it one first."""


class NothingToPlace(Refusal):
    """Say of at least one invoice how much is to be placed on it."""


class MoreThanIsLeft(Refusal):
    """Of payment %(reference)s only %(left)s is left to place."""


class UndoneAlready(Refusal):
    """This is undone already."""


class IsAnUndoing(Refusal):
    """An undoing is not undone: place the payment anew."""


class RefundsNoRefund(Refusal):
    """%(reference)s is a refund itself: open the payment or credit note that is to be refunded."""


class OnlyReceipts(Refusal):
    """A cashier records receipts. Payment %(reference)s is a refund: ask finance to record it."""

from closing_site.refusals import Refusal


class NothingConfirmed(Refusal):
    """Nothing of order %(number)s is confirmed in period %(period)s."""


class InvoicedAlready(Refusal):
    """What is confirmed of order %(number)s in period %(period)s is invoiced (%(invoices)s): correct
    it with a credit note."""


class ConfirmedInLocked(Refusal):
    """Period %(period)s is locked: what is confirmed of order %(number)s in it stays. Correct it with
    a credit note in an open month."""

"""How a month that was, or would be, locked before its end is described."""

from django.utils.translation import ngettext

from closing_site.periods.models import Seal


def days_left_text(days: int) -> str:
    """``3 days left``, in the reader's language."""
    return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}


def early_text(seal: Seal) -> str:
    """How many days of the month were left when it was locked; empty where it had ended."""
    return "" if seal.early_days_left is None else days_left_text(seal.early_days_left)

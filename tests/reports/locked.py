"""The month of tests/invoicing/tea.py, locked."""

from pathlib import Path

from closing_site.companies.models import User
from closing_site.periods.models import Period
from closing_site.wizard import closing
from closing_site.wizard.closing import Orders
from tests.invoicing.tea import open_trader
from tests.stories.books import REASON

MONTH = "2026-01"


def locked_month() -> Period:
    """As the fixture ``locked_books`` has it in the test's database."""
    return Period.objects.select_related("company").get(code=MONTH)


def lock_month(folder: Path) -> None:
    open_trader(folder)
    close_month()


def close_month() -> None:
    """As the pages and the command do, watched by no one."""
    ann, mo = (User.objects.get(username=name) for name in ("ann", "mo"))
    orders = Orders(by=ann, approver=mo, acknowledge_reason=REASON)
    closed = closing.close(locked_month(), orders)
    assert closed.status == "locked", closed.reasons

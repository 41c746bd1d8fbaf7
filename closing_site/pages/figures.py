"""Figures on a page: this month's beside the last's, each a link to the rows it sums."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from closing_site.pages.formats import NOTHING, money_html, number_html


@dataclass(frozen=True)
class Figure:
    """``value`` is an amount in ``currency``, or a count where there is none.

    ``before`` is last month's, None where there was none. ``url`` shows the rows summed.
    """

    title: str | Promise
    value: Decimal | int | None
    currency: str = ""
    before: Decimal | int | None = None
    url: str = ""
    before_url: str = ""
    note: str | Promise = ""

    @property
    def text(self) -> SafeString:
        return self._html(self.value)

    @property
    def before_text(self) -> SafeString:
        return self._html(self.before)

    @property
    def difference(self) -> Decimal | int | None:
        if self.value is None or self.before is None:
            return None
        return self.value - self.before

    @property
    def difference_text(self) -> SafeString:
        return self._html(self.difference)

    @property
    def has_before(self) -> bool:
        return self.before is not None

    def _html(self, value: Decimal | int | None) -> SafeString:
        if value is None:
            return NOTHING
        if self.currency:
            return money_html(Decimal(value), self.currency)
        return number_html(value)

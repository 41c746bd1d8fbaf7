"""The figures of a month, as people read them: CONTRACT's names → words, units and rows."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site.pages.figures import Figure
from closing_site.pages.formats import money_text, number_text
from closing_site.periods.models import Period


class Name(NamedTuple):
    """``page``: URL name of the list whose rows the figure sums; ``query`` narrows it, to the month
    where ``is_of_month``."""

    title: str
    is_amount: bool = False
    page: str = ""
    query: tuple[tuple[str, str], ...] = ()
    is_of_month: bool = True


NAMES: Final = {
    "orders_confirmed": Name(_("Orders confirmed"), page="delivery_list"),
    "orders_deferred": Name(
        _("Orders held back"),
        page="delivery_list",
        query=(("state", "held_back"),),
        is_of_month=False,
    ),
    "orders_open": Name(
        _("Orders not delivered"), page="order_list", query=(("state", "open"),), is_of_month=False
    ),
    "orders_cancelled": Name(
        _("Orders cancelled"), page="order_list", query=(("state", "cancelled"),), is_of_month=False
    ),
    "invoices_issued": Name(_("Invoices issued"), page="invoice_list"),
    "first_number": Name(_("First invoice number")),
    "last_number": Name(_("Last invoice number")),
    "net": Name(_("Invoiced, net"), is_amount=True, page="invoice_list"),
    "tax": Name(_("Invoiced, tax"), is_amount=True, page="invoice_list"),
    "gross": Name(_("Invoiced, gross"), is_amount=True, page="invoice_list"),
    "credit_notes": Name(_("Credit notes"), page="invoice_list", query=(("kind", "credit_note"),)),
    "credited": Name(
        _("Credited, gross"), is_amount=True, page="invoice_list", query=(("kind", "credit_note"),)
    ),
    "payments": Name(_("Receipts"), page="payment_list"),
    "received": Name(_("Received"), is_amount=True, page="payment_list"),
    "allocated": Name(_("Placed on invoices"), is_amount=True, page="payment_list"),
    "advances": Name(
        _("Advances at the month's end"), is_amount=True, page="open_items", is_of_month=False
    ),
    "deductions": Name(_("Deductions"), is_amount=True),
    "receivables_opening": Name(_("Receivables, opening"), is_amount=True, page="reconciliation"),
    "receivables_closing": Name(_("Receivables, closing"), is_amount=True, page="reconciliation"),
    "vouchers": Name(_("Vouchers"), page="voucher_list"),
}
#: Numbers of documents are no figures: they stand beside one.
NUMBERS: Final = frozenset({"first_number", "last_number"})


def title_of(name: str) -> str:
    """In the reader's language; a figure of an older version keeps its own name."""
    return gettext(NAMES[name].title) if name in NAMES else name


def written(name: str, value: Any, currency: str) -> str:
    """One figure as text: an amount with its thousands, a count, a number as it is."""
    if value in (None, ""):
        return "–"
    if name in NUMBERS or name not in NAMES:
        return str(value)
    if NAMES[name].is_amount:
        return money_text(Decimal(str(value)), currency)
    return number_text(int(value))


def figures(
    now: Mapping[str, Any],
    before: Mapping[str, Any],
    names: Iterable[str],
    period: Period,
    earlier: Period | None,
) -> list[Figure]:
    """These of the figures beside last month's; what is not known yet shows as such."""
    currency = period.company.currency
    return [
        Figure(
            title_of(name),
            _value(now.get(name)),
            currency if NAMES[name].is_amount else "",
            before=_value(before.get(name)),
            url=_rows(name, period),
            before_url=_rows(name, earlier) if earlier and NAMES[name].is_of_month else "",
            note=_numbers(now) if name == "invoices_issued" else "",
        )
        for name in names
        if name not in NUMBERS
    ]


def _value(told: Any) -> Decimal | int | None:
    return Decimal(told) if isinstance(told, str) and told else told or (0 if told == 0 else None)


def _numbers(now: Mapping[str, Any]) -> str:
    first, last = now.get("first_number"), now.get("last_number")
    return f"{first} – {last}" if first and last else ""


def _rows(name: str, period: Period) -> str:
    """The list that a figure sums; empty where there is no such page."""
    if not NAMES[name].page:
        return ""
    try:
        page = reverse(NAMES[name].page)
    except NoReverseMatch:
        return ""
    month = [("month", period.code)] if NAMES[name].is_of_month else []
    return f"{page}?{urlencode([*month, *NAMES[name].query])}"

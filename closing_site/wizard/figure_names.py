"""The figures of a month as pages show them: units, and the rows that each sums."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.urls import NoReverseMatch
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site.pages.company_addresses import page_url
from closing_site.pages.figures import Figure
from closing_site.pages.formats import money_text, number_text
from closing_site.periods.models import Period
from reports.month_words import NUMBERS, TOTALS


class Shown(NamedTuple):
    """``page``: URL name of the list whose rows the figure sums; ``query`` narrows it, to the month
    where ``is_of_month``."""

    is_amount: bool = False
    page: str = ""
    query: tuple[tuple[str, str], ...] = ()
    is_of_month: bool = True


INVOICED: Final = Shown(page="invoice_list", query=(("kind", "invoice"),))
CREDITED: Final = Shown(page="invoice_list", query=(("kind", "credit_note"),))
SHOWN: Final = {
    "orders_confirmed": Shown(page="delivery_list"),
    "orders_deferred": Shown(
        page="delivery_list", query=(("state", "held_back"),), is_of_month=False
    ),
    "orders_open": Shown(page="order_list", query=(("state", "open"),), is_of_month=False),
    "orders_cancelled": Shown(
        page="order_list", query=(("state", "cancelled"),), is_of_month=False
    ),
    "invoices_issued": INVOICED,
    **dict.fromkeys(("net", "tax", "gross"), INVOICED._replace(is_amount=True)),
    "credit_notes": CREDITED,
    "credited": CREDITED._replace(is_amount=True),
    "payments": Shown(page="payment_list"),
    **dict.fromkeys(("received", "allocated"), Shown(is_amount=True, page="payment_list")),
    "advances": Shown(
        is_amount=True, page="open_items", query=(("kind", "advances"),), is_of_month=False
    ),
    "deductions": Shown(is_amount=True),
    "receivables_opening": Shown(is_amount=True, page="reconciliation"),
    "receivables_closing": Shown(is_amount=True, page="reconciliation"),
    "vouchers": Shown(page="voucher_list"),
    "rolled_invoiced": INVOICED._replace(is_amount=True),
    "rolled_credited": CREDITED._replace(is_amount=True),
    "rolled_placed": Shown(is_amount=True, page="payment_list"),
    **dict.fromkeys(
        ("unbilled_billing", "unbilled_amount_unknown", "unbilled_recognition"),
        Shown(is_amount=True, page="completeness"),
    ),
    **dict.fromkeys(
        ("rolled_deducted", "rolled_written_off", "rolled_exchange"),
        Shown(is_amount=True, page="reconciliation"),
    ),
}
#: What is delivered and not invoiced at the month's end, by kind of its deferral.
UNBILLED: Final = {
    "unbilled_billing": _("Recognised, not invoiced"),
    "unbilled_amount_unknown": _("Amount unknown (estimate)"),
    "unbilled_recognition": _("Refused, returned or disputed"),
}
#: What moves the receivables between their opening and their closing, with the sign it moves by.
ROLLED: Final = {
    "rolled_invoiced": _("+ Invoiced"),
    "rolled_credited": _("− Credited"),
    "rolled_placed": _("− Placed on invoices"),
    "rolled_deducted": _("− Deducted"),
    "rolled_written_off": _("− Written off"),
    "rolled_exchange": _("+ Exchange differences"),
}


def title_of(name: str) -> str:
    """In the reader's language; a figure of an older version keeps its own name."""
    titles = {**TOTALS, **ROLLED, **UNBILLED}
    return gettext(titles[name]) if name in titles else name


def written(name: str, value: Any, currency: str) -> str:
    """One figure as text: an amount with its thousands, a count, a number as it is."""
    if value in (None, ""):
        return "–"
    if name not in SHOWN:
        return str(value)
    if SHOWN[name].is_amount:
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
            currency if SHOWN[name].is_amount else "",
            before=_value(before.get(name)),
            url=_rows(name, period),
            before_url=_rows(name, earlier) if earlier and SHOWN[name].is_of_month else "",
            note=_numbers(now) if name == "invoices_issued" else "",
        )
        for name in names
        if name not in NUMBERS
    ]


def _value(told: Any) -> Decimal | int | None:
    return Decimal(told) if isinstance(told, str) and told else told or (0 if told == 0 else None)


def _numbers(now: Mapping[str, Any]) -> str:
    first, last = now.get("first_number"), now.get("last_number")
    return f"{first} –\n{last}" if first and last else ""


def _rows(name: str, period: Period) -> str:
    """The list that a figure sums; empty where there is no such page."""
    if not SHOWN[name].page:
        return ""
    try:
        page = page_url(SHOWN[name].page)
    except NoReverseMatch:
        return ""
    month = [("month", period.code)] if SHOWN[name].is_of_month else []
    return f"{page}?{urlencode([*month, *SHOWN[name].query])}"

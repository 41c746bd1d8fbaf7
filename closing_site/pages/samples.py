"""What ``/parts/`` shows: made up, and the same each time."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from closing_site.charts import Series, bars, lines, stacked_bars
from closing_site.pages.figures import Figure
from closing_site.pages.findings import FindingGroup, ShownFinding
from closing_site.pages.formats import money_html
from closing_site.pages.history import Change, Stage
from closing_site.pages.status import TONES

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")


class SampleForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "customer": forms.CharField(label=_("Customer"), help_text=_("Code or name.")),
            "amount": forms.DecimalField(label=_("Amount"), max_digits=12, decimal_places=2),
            "received": forms.DateField(
                label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"})
            ),
            "method": forms.ChoiceField(
                label=_("Method"),
                choices=[("transfer", _("Bank transfer")), ("wechat", _("WeChat Pay"))],
            ),
            "note": forms.CharField(
                label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
            ),
            "is_advance": forms.BooleanField(label=_("It is an advance"), required=False),
        }


def wrong_form() -> forms.Form:
    return SampleForm({"customer": "", "amount": "12.345", "received": "2026-13-01"})


def figures() -> list[Figure]:
    return [
        Figure(
            _("Revenue, net"),
            Decimal("1284930.55"),
            "CNY",
            before=Decimal("1190402.10"),
            url="#tables",
            before_url="#tables",
        ),
        Figure(_("Receivables"), Decimal("402118.00"), "CNY", before=Decimal("455900.40"), url="#"),
        Figure(_("Credit notes"), Decimal("-18240.00"), "CNY", before=Decimal("0")),
        Figure(_("Orders not confirmed"), 14, before=9, url="#findings"),
        Figure(_("Payments without a customer"), None, note=_("Nothing was imported yet.")),
    ]


def findings() -> list[FindingGroup]:
    return [
        FindingGroup(
            slug="sample_unit_price",
            title=_("Lines without a price"),
            severity="block",
            severity_text=_("blocks"),
            advice=_("Give the line its price, or hold the order back."),
            count=2,
            findings=[
                ShownFinding("block", "order", "SO-1042", _("Line 2 has no unit price."), key=1),
                ShownFinding("block", "order", "SO-1077", _("Line 1 has no unit price."), key=2),
            ],
        ),
        FindingGroup(
            slug="sample_discount",
            title=_("Unusual discounts"),
            severity="warn",
            severity_text=_("warning"),
            advice=_("Ask who granted it, and say why it may stand."),
            count=31,
            more_url="#findings",
            findings=[
                ShownFinding(
                    "warn",
                    "order",
                    "SO-1019",
                    _("Line 1 has a discount of 35 percent."),
                    key=3,
                    amount=Decimal("12400.00"),
                    currency="CNY",
                    acknowledged_by="ann",
                    reason=_("Agreed with the customer by letter."),
                )
            ],
        ),
    ]


def changes() -> list[Change]:
    return [
        Change(
            datetime(2026, 6, 30, 9, 12, tzinfo=UTC),
            "ann",
            _("confirmed"),
            [(_("Quantity"), Decimal(12), Decimal(10))],
        ),
        Change(datetime(2026, 6, 28, 16, 40, tzinfo=UTC), "cai", _("recorded")),
    ]


def stages() -> list[Stage]:
    return [
        Stage(_("Order"), date(2026, 6, 2), url="#"),
        Stage(_("Delivery"), date(2026, 6, 11), url="#"),
        Stage(_("Invoice"), is_current=True),
        Stage(_("Payment")),
        Stage(_("Voucher")),
    ]


def tones() -> list[tuple[str, str]]:
    words = {
        "quiet": _("draft"),
        "info": _("open"),
        "good": _("confirmed"),
        "wait": _("waits"),
        "bad": _("overdue"),
    }
    return [(tone, words[tone]) for tone in TONES]


def charts() -> list[SafeString]:
    sold = (912_400, 870_150, 1_104_000, 1_020_300, 1_190_402, 1_284_930)
    cost = (610_000, 602_000, 745_000, 702_000, 798_000, 851_000)
    late = (-12_000, 48_000, 0, 31_000, 22_500, 40_200)
    revenue, costs = Series(_("Revenue, net"), sold), Series(_("Cost"), cost)
    return [
        bars(_("Revenue and cost"), MONTHS, [revenue, costs]),
        lines(_("Revenue, net"), MONTHS, [revenue, Series(_("A year before"), [None, *cost[1:]])]),
        stacked_bars(_("Receivables by age"), MONTHS, [costs, Series(_("overdue"), late)]),
    ]


def amounts() -> list[tuple[str, SafeString]]:
    return [
        ("CNY", money_html(Decimal("1234567.5"), "CNY")),
        ("CNY", money_html(Decimal("-18240"), "CNY")),
        ("JPY", money_html(Decimal("1234567"), "JPY")),
        ("KWD", money_html(Decimal("12.3456"), "KWD")),
        ("CNY", money_html(Decimal(0), "CNY")),
        ("CNY", money_html(None, "CNY")),
    ]

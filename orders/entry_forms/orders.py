from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Membership, Role
from closing_site.customers.models import SalesRep
from closing_site.pages import entry_fields as fields
from closing_site.pages.formats import money_text, number_text
from orders.models import Order, OrderLine

ORDER_NAMES = {
    **{name: name for name in ("number", "order_date", "required_on", "currency")},
    "customer_code": "current_customer_code",
    **{name: name for name in ("prices_include_tax", "satisfaction", "stated_total")},
    **{name: name for name in ("customer_reference", "note")},
}
LINE_NAMES = {
    **{name: name for name in ("line_number", "sku", "description", "quantity", "unit")},
    **{name: name for name in ("unit_price", "discount_percent")},
    "tax_rate": "given_tax_rate",
}
INCLUDES_TAX = [("0", _("without tax")), ("1", _("including tax"))]
SATISFACTION = [("", _("not asked")), *((str(mark), str(mark)) for mark in range(1, 6))]


class OrderForm(forms.Form):
    number = fields.text(_("Number"), required=True)
    customer_code = fields.suggested(_("Customer"), "suggest_customers", required=True)
    order_date = fields.day(_("Order date"), required=True, is_posted=False)
    required_on = fields.day(_("Wanted on"))
    sales_rep = fields.choice(_("Sales representative"), ())
    currency = fields.text(_("Currency"), help=_("Blank is the customer's."))
    prices_include_tax = fields.choice(_("Prices"), INCLUDES_TAX, required=True)
    customer_reference = fields.text(_("Customer's reference"))
    stated_total = fields.number(_("Stated total"), help=_("Gross, as the customer states it."))
    satisfaction = fields.choice(_("Satisfaction"), SATISFACTION)
    note = fields.text(_("Note"), rows=2)
    seen = fields.seen()

    def __init__(self, member: Membership, order: Order | None = None, **options: Any) -> None:
        super().__init__(**options)
        reps = reps_for(member)
        self.fields["sales_rep"].choices = reps  # type: ignore[attr-defined]
        if member.role == Role.SALES_REP:
            self.fields["sales_rep"].required = True
        if order:
            self.fields["number"].disabled = True


class LineForm(forms.Form):
    line_number = forms.CharField(required=False, widget=forms.HiddenInput)
    sku = fields.suggested(_("Item number"), "suggest_products")
    description = fields.text(_("Description"))
    quantity = fields.number(_("Quantity"))
    unit = fields.text(_("Unit"))
    unit_price = fields.number(_("Unit price"))
    discount_percent = fields.number(_("Discount %"))
    tax_rate = fields.choice(_("Tax %"), ())
    is_removed = forms.BooleanField(label=_("Remove"), required=False)

    def __init__(self, *args: Any, rates: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        # A line keeps the rate that it has, and one that is typed is judged by the action.
        own = (self.initial.get("tax_rate"), self.data.get(self.add_prefix("tax_rate")))
        more = [rate for rate in dict.fromkeys(own) if rate and rate not in rates]
        field: Any = self.fields["tax_rate"]
        field.choices = [("", "\u2013"), *((rate, rate) for rate in (*rates, *more))]

    @property
    def is_given(self) -> bool:
        data = self.cleaned_data
        texts = [data.get(name) for name in ("sku", "description", "quantity", "unit_price")]
        return any(texts) and not data.get("is_removed")


LineFormSet = forms.formset_factory(LineForm, extra=3, max_num=500, absolute_max=1000)
MoreLines = forms.formset_factory(LineForm, extra=1, max_num=500, absolute_max=1000)


class CancelForm(forms.Form):
    cancelled_on = forms.DateField(
        label=_("Cancelled on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class CloseForm(forms.Form):
    closed_on = forms.DateField(
        label=_("Closed on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, charges: Sequence[OrderLine], **options: Any) -> None:
        """``charges``: not invoiced yet; of each it is asked whether it is still to be."""
        super().__init__(**options)
        for line in charges:
            words = f"{line.line_number} · {line.sku} {line.description}".strip()
            self.fields[f"charge_{line.line_number}"] = forms.TypedChoiceField(
                label=words,
                choices=[("", "–"), ("1", _("still invoice it")), ("0", _("omit it"))],
                coerce=int,
                help_text=_("This charge is not invoiced yet: %(net)s net.")
                % {"net": money_text(line.net, line.order.currency)},
            )

    @property
    def charges(self) -> list[int]:
        """The numbers of the lines that are still to be invoiced."""
        return [
            int(name.removeprefix("charge_"))
            for name, answer in self.cleaned_data.items()
            if name.startswith("charge_") and answer
        ]


class ReopenForm(forms.Form):
    lines = forms.TypedMultipleChoiceField(
        label=_("Lines"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, lines: Sequence[OrderLine], **options: Any) -> None:
        super().__init__(**options)
        field: Any = self.fields["lines"]
        field.choices = [
            (
                line.line_number,
                f"{line.line_number} · {line.sku} {line.description}".strip()
                + f" · {number_text(line.closed_quantity)} {line.unit}".rstrip(),
            )
            for line in lines
        ]
        field.initial = [line.line_number for line in lines]


def reps_for(member: Membership) -> list[tuple[str, Any]]:
    """A rep's own codes; finance chooses among all."""
    reps = SalesRep.objects.filter(company=member.company_id).order_by("code")
    if member.role == Role.SALES_REP:
        reps = reps.filter(user=member.user_id)
    shown: list[tuple[str, Any]] = [(r.code, f"{r.code} {r.name}".strip()) for r in reps]
    return shown if member.role == Role.SALES_REP else [("", _("none")), *shown]


def order_initial(number: str, today: date) -> dict[str, str]:
    return {
        "number": number,
        "order_date": today.isoformat(),
        "currency": "",
        "prices_include_tax": "0",
    }

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Membership, Role, ZeroCategory
from closing_site.customers.models import SalesRep
from closing_site.pages import entry_fields as fields
from closing_site.pages.formats import number_text
from orders.models import STANDARD, Delivery, Order, Product

PRODUCT_NAMES = {
    name: name
    for name in ("sku", "name", "category", "unit", "unit_price", "unit_cost", "tax_rate")
}
ORDER_NAMES = {
    **{name: name for name in ("number", "customer_code", "order_date", "required_on", "currency")},
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


class ProductForm(forms.Form):
    sku = fields.text(_("Item number"), required=True)
    name = fields.text(_("Name"), required=True)
    category = fields.text(_("Category"))
    unit = fields.text(_("Unit"))
    unit_price = fields.number(_("Unit price"), help=_("In the company's currency."))
    unit_cost = fields.number(_("Unit cost"), help=_("What one unit costs us."))
    tax_rate = fields.number(_("Tax rate"), help=_("Percent; blank is the company's own."))

    def __init__(self, product: Product | None = None, **options: Any) -> None:
        initial = fields.texts_of(product, PRODUCT_NAMES) if product else {}
        super().__init__(initial=initial, **options)
        if product:
            self.fields["sku"].disabled = True


class TaxRateForm(forms.Form):
    category = fields.choice(
        _("Category"), [(STANDARD, _("standard")), *ZeroCategory.choices], required=True
    )
    percent = forms.DecimalField(
        label=_("Percent"),
        min_value=0,
        max_value=100,
        max_digits=9,
        decimal_places=4,
        widget=forms.TextInput,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("For a rate of zero: the clause of the law."),
    )


class ReasonOfRateForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=200, help_text=_("The clause of the law.")
    )


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


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    template = fields.day(label, is_posted=required)
    attrs = {**template.widget.attrs, "type": "date"}
    widget = forms.DateInput(format="%Y-%m-%d", attrs=attrs)
    return forms.DateField(
        label=label, required=required, widget=widget, help_text=template.help_text
    )


class DeliverForm(forms.Form):
    """All of it, or, with ``lines``, how much of each."""

    delivered_on = _day(_("Delivered on"))
    accepted_on = _day(_("Accepted on"), required=False)

    def __init__(self, hint: str, lines: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(**options)
        self.fields["delivered_on"].help_text = hint
        text = _("When the customer signed for it; may be given later.")
        self.fields["accepted_on"].help_text = text
        for line in lines:
            label = f"{line.line_number} · {line.sku} {line.description}".strip()
            says = {"ordered": number_text(line.quantity or 0), "unit": line.unit}
            field = fields.number(label, help=_("ordered: %(ordered)s %(unit)s") % says)
            self.fields[f"line_{line.line_number}"] = field

    @property
    def quantities(self) -> dict[int, str]:
        return {
            int(name.removeprefix("line_")): text or ""
            for name, text in self.cleaned_data.items()
            if name.startswith("line_")
        }


class DeliveryForm(forms.Form):
    """Which of an order's deliveries is meant."""

    delivery: Any = forms.ModelChoiceField(label=_("Delivery"), queryset=None, empty_label=None)

    def __init__(self, deliveries: Any, **options: Any) -> None:
        super().__init__(**options)
        field: Any = self.fields["delivery"]
        field.queryset = deliveries
        field.label_from_instance = lambda delivery: delivery.delivered_on.isoformat()
        if len(deliveries) == 1:
            field.initial = deliveries[0]


class AcceptForm(DeliveryForm):
    accepted_on = _day(_("Accepted on"), required=True)

    def __init__(self, deliveries: Any, **options: Any) -> None:
        super().__init__(deliveries, **options)
        text = _("The day on the signed delivery note.")
        self.fields["accepted_on"].help_text = text
        del self.fields["accepted_on"].widget.attrs["hx-get"]


class TakeBackForm(forms.Form):
    period: Any = forms.ModelChoiceField(label=_("Month"), queryset=None, empty_label=None)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, months: Any, **options: Any) -> None:
        super().__init__(**options)
        self.fields["period"].queryset = months  # type: ignore[attr-defined]


class WaitForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it must wait"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    expected_on = _day(_("Expected on"), required=False)


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


def waiting_deliveries(order: Order) -> Any:
    return Delivery.objects.filter(company=order.company_id, order=order, period=None).order_by(
        "delivered_on"
    )

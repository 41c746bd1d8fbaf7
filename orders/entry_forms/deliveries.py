from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closing_site.pages import entry_fields as fields
from closing_site.pages.formats import number_text
from orders.models import Delivery, LineKind, Order, OrderLine, ProductKind

ORDERED = _("ordered: %(ordered)s %(unit)s")
PARTLY = _("ordered: %(ordered)s %(unit)s; delivered: %(delivered)s; still to come: %(rest)s")
#: Of a line without deliveries of its own, by its product's kind (orders.due_sql).
WITHOUT_DELIVERY = {
    ProductKind.CHARGE: _(
        "ordered: %(ordered)s %(unit)s; if blank, it is invoiced with the order's first delivery"
    ),
    ProductKind.SERVICE: _(
        "ordered: %(ordered)s %(unit)s; if blank, it is invoiced with the delivery that completes"
        " the goods"
    ),
    "discount": _(
        "ordered: %(ordered)s %(unit)s; if blank, it is invoiced in proportion to the goods"
    ),
}


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    template = fields.day(label, is_posted=required)
    attrs = {**template.widget.attrs, "type": "date"}
    widget = forms.DateInput(format="%Y-%m-%d", attrs=attrs)
    return forms.DateField(
        label=label, required=required, widget=widget, help_text=template.help_text
    )


def _kind(line: OrderLine) -> str:
    if line.kind == LineKind.DISCOUNT:
        return "discount"
    product = line.product
    if line.supply_kind or product is None:
        return line.supply_kind
    return product.kind or (ProductKind.GOODS if product.delivered_since else ProductKind.SERVICE)


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
            kept = (line.quantity or 0) - line.closed_quantity
            says = {
                "ordered": number_text(line.quantity or 0),
                "unit": line.unit,
                "delivered": number_text(line.delivered or 0),
                "rest": number_text(max(kept - (line.delivered or 0), 0)),
            }
            text = WITHOUT_DELIVERY.get(_kind(line), ORDERED)
            if line.delivered is not None:
                text = PARTLY
            field = fields.number(label, help=text % says)
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


def waiting_deliveries(order: Order) -> Any:
    return Delivery.objects.filter(company=order.company_id, order=order, period=None).order_by(
        "delivered_on"
    )

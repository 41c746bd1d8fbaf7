from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import ZeroCategory
from closing_site.pages import entry_fields as fields
from orders.models import STANDARD, Product, ProductKind

PRODUCT_NAMES = {
    name: name
    for name in (
        *("sku", "name", "category", "kind", "unit"),
        *("unit_price", "unit_cost", "tax_rate"),
    )
}


class ProductForm(forms.Form):
    sku = fields.text(_("Item number"), required=True)
    name = fields.text(_("Name"), required=True)
    category = fields.text(_("Category"))
    kind = fields.choice(_("Kind"), [("", _("not stated")), *ProductKind.choices])
    unit = fields.text(_("Unit"))
    unit_price = fields.number(_("Unit price"), help=_("In the company's currency."))
    unit_cost = fields.number(_("Unit cost"), help=_("What one unit costs us."))
    tax_rate = fields.number(_("Tax rate"), help=_("Percent; blank is the company's own."))

    def __init__(self, product: Product | None = None, **options: Any) -> None:
        initial = fields.texts_of(product, PRODUCT_NAMES) if product else {}
        super().__init__(initial=initial, **options)
        self.fields["kind"].help_text = _(
            "Goods are invoiced with their own delivery. A charge (freight, packing, insurance) is"
            " invoiced with the first delivery, a service with its own delivery or with the one"
            " that completes the goods."
        )
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

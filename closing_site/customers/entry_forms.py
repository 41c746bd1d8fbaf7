from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Company
from closing_site.customers.models import Customer, InvoiceGrouping, SalesRep
from closing_site.pages import entry_fields as fields
from closing_site.pages import lists

#: Field → attribute of the customer.
NAMES = {
    **{name: name for name in ("code", "name", "tax_id", "email", "phone", "address", "city")},
    **{name: name for name in ("region", "postal_code", "country", "currency")},
    **{name: name for name in ("payment_terms_days", "payment_method", "discount_terms")},
    **{name: name for name in ("credit_limit", "invoice_grouping")},
}


class CustomerForm(forms.Form):
    code = fields.text(_("Code"), required=True)
    name = fields.text(_("Name"), required=True)
    tax_id = fields.text(_("Tax number"))
    email = fields.text(_("E-mail"))
    phone = fields.text(_("Telephone"))
    address = fields.text(_("Address"))
    city = fields.text(_("City"))
    region = fields.text(_("Region"))
    postal_code = fields.text(_("Postal code"))
    country = fields.listed(_("Country"), "countries", help=_("Two letters, as in CN."))
    currency = fields.listed(
        _("Currency"), "currencies", help=_("Three letters; blank is the company's own.")
    )
    payment_terms_days = fields.number(_("Days to pay"), help=_("Counted from the invoice's date."))
    payment_method = fields.listed(_("Method of payment"), "methods")
    discount_terms = fields.text(_("Cash discount"), help=_("2/10: 2 % within 10 days."))
    credit_limit = fields.number(_("Credit limit"))
    sales_rep = fields.choice(_("Sales representative"), ())
    invoice_grouping = fields.choice(_("Invoices"), InvoiceGrouping.choices)

    def __init__(self, company: Company, customer: Customer | None = None, **options: Any) -> None:
        new = {"currency": "", "invoice_grouping": InvoiceGrouping.ORDER}
        super().__init__(initial=shown_of(customer) if customer else new, **options)
        self.lists = {
            "countries": lists.countries(),
            "currencies": lists.currencies(),
            "methods": lists.methods_of_payment(),
        }
        self.fields["sales_rep"].choices = rep_choices(company)  # type: ignore[attr-defined]
        if customer:
            self.fields["code"].disabled = True


def shown_of(customer: Customer) -> dict[str, str]:
    """What the form shows of a customer."""
    rep = customer.sales_rep.code if customer.sales_rep else ""
    return {**fields.texts_of(customer, NAMES), "sales_rep": rep}


class ExchangeRateForm(forms.Form):
    date = fields.day(_("From"), required=True, help=_("It holds until a later one."))
    currency = fields.listed(
        _("Currency"), "currencies", required=True, help=_("Three letters, as in USD.")
    )
    rate = fields.number(_("Rate"), required=True)

    def __init__(self, company: Company, **options: Any) -> None:
        super().__init__(**options)
        text = _("How much of %(base)s one unit costs.") % {"base": company.currency}
        self.fields["rate"].help_text = text
        self.lists = {"currencies": lists.currencies()}


def rep_choices(company: Company) -> list[tuple[str, Any]]:
    reps = SalesRep.objects.filter(company=company).order_by("code")
    shown = [(rep.code, f"{rep.code} {rep.name}".strip()) for rep in reps]
    return [("", _("none")), *shown]

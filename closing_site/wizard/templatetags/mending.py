"""Where the cause of a finding is mended: pages of lower floors, by the check that found it."""

from typing import Final, NamedTuple

from django import template
from django.urls import NoReverseMatch
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site.pages.company_addresses import page_url

register = template.Library()


class Mending(NamedTuple):
    page: str
    title: str


#: What is not here is mended on the document's own page, which each finding links to.
MENDING: Final = {
    "unknown-customer": Mending("customer_new", _("New customer")),
    "unknown-product": Mending("product_new", _("New product")),
    "no-exchange-rate": Mending("exchange_rate_new", _("Exchange rates")),
    "order-line-without-tax-rate": Mending("tax_rates", _("Tax rates")),
    "new_tax_rate": Mending("tax_rates", _("Tax rates")),
    "zero-rate-without-reason": Mending("tax_rates", _("Tax rates")),
    "order-number-gap": Mending("import_new", _("Import")),
}


@register.simple_tag
def mending(slug: str) -> list[tuple[str, str]]:
    """``{% mending group.slug as links %}``: addresses and titles; none where no page mends it."""
    found = MENDING.get(slug)
    if found is None:
        return []
    try:
        return [(page_url(found.page), gettext(found.title))]
    except NoReverseMatch:
        return []

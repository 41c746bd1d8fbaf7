"""Products and tax rates by form."""

from decimal import Decimal

from django.utils.translation import gettext, gettext_noop

from closing_site.acting import acting
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company, User, ZeroCategory
from closing_site.free_text import seen_text
from closing_site.recording import Given, recording, refuse, require_taken, stage_rows
from orders.errors import NotARate, RateExists
from orders.kinds import PRODUCTS
from orders.models import STANDARD, Product, TaxRate
from orders.recording.products import record_products
from orders.recording.relinking import relink_orders
from orders.scope import hold_orders

EXISTS = gettext_noop("There is a product %(sku)s already.")


def record_product(*, company: Company, given: Given, by: User) -> Product:
    """``given`` has the columns of products.csv. Raises NotTaken."""
    sku = (given.get("sku") or "").strip()
    require_role(company, by.username, ENTERING)
    with recording(company.pk, by.username):
        # Codes that differ in capitals alone are two for a file and one for a reader.
        if known := Product.objects.filter(company=company, sku__iexact=sku).first():
            raise refuse(PRODUCTS, "sku", gettext(EXISTS) % {"sku": known.sku}, sku)
        return _take(company, given, sku)


def change_product(*, product: Product, given: Given, by: User) -> Product:
    """Its tax rate holds for lines without one of their own that are not confirmed. Raises
    NotTaken."""
    require_role(product.company, by.username, ENTERING)
    with recording(product.company_id, by.username):
        return _take(product.company, {**given, "sku": product.sku}, product.sku)


def _take(company: Company, given: Given, sku: str) -> Product:
    hold_orders(company.pk)
    staged = stage_rows(PRODUCTS, [given])
    record_products(company, staged)
    require_taken(staged)
    relink_orders(company, has_products=True)
    return Product.objects.get(company=company, sku=sku)


def record_tax_rate(
    *, company: Company, category: str, percent: Decimal, reason: str, by: User
) -> TaxRate:
    """``percent``: 13 means 13 %, and 100 is the most. Raises NotARate, RateExists."""
    is_standard = category == STANDARD and 0 < percent <= 100
    if not is_standard and not (category in ZeroCategory.values and percent == 0):
        raise NotARate()
    require_role(company, by.username, ENTERING)
    with acting(by.username):
        rate, is_new = TaxRate.objects.get_or_create(
            company=company,
            category=category,
            percent=percent,
            defaults={"reason": seen_text(reason)},
        )
        if not is_new:
            raise RateExists()
        return rate


def change_tax_rate(*, rate: TaxRate, reason: str, by: User) -> TaxRate:
    """Only why it is what it is may change: documents name the rate itself. Who says why has seen
    that a file brought it."""
    require_role(rate.company, by.username, ENTERING)
    with acting(by.username):
        rate.reason = seen_text(reason)
        rate.is_unexpected = False
        rate.save(update_fields=["reason", "is_unexpected"])
        return rate

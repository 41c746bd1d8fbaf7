"""What of an order's lines a file may leave for later, or do on purpose, and a person may not."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from django.db.models import F, OuterRef, Subquery, Sum
from django.utils.translation import gettext, gettext_noop

from closing_site.cells import BLANK
from closing_site.companies.models import Company
from closing_site.pages.formats import number_text
from closing_site.recording import Given
from closing_site.staged import Problem
from orders.models import DeliveryLine, Order, Product, TaxRate

NO_PRODUCT = gettext_noop("There is no product %(sku)s.")
NO_RATE = gettext_noop(
    "There is no tax rate of %(percent)s %%: enter it among the tax rates first."
)
NO_QUANTITY = gettext_noop("It must be more than zero.")
NO_DISCOUNT = gettext_noop("%(sku)s is sold at a price: only a line of a discount is negative.")
#: A file may leave them blank, and they become findings.
NEEDED = ("quantity", "unit_price")
BEYOND = gettext_noop(
    "Of line %(line)s %(delivered)s are delivered in all, and %(ordered)s ordered: the order waits"
    " until that is changed."
)


def unknown_of_lines(company: Company, lines: Sequence[Given]) -> Iterator[Problem]:
    skus = {_text(line, "sku") for line in lines}
    products = {p.sku: p for p in Product.objects.filter(company=company, sku__in=skus)}
    rates = known_rates(company)
    for place, line in enumerate(lines, start=1):
        sku = _text(line, "sku")
        for name in NEEDED:
            if not _text(line, name):
                yield Problem(place, name, "", gettext(BLANK))
        if sku and sku not in products:
            yield Problem(place, "sku", sku, gettext(NO_PRODUCT) % {"sku": sku})
        if _number(line, "quantity") == 0:
            yield Problem(place, "quantity", _text(line, "quantity"), gettext(NO_QUANTITY))
        price = _number(line, "unit_price")
        if price is not None and price < 0 and has_price(products.get(sku)):
            reason = gettext(NO_DISCOUNT) % {"sku": sku}
            yield Problem(place, "unit_price", _text(line, "unit_price"), reason)
        rate = _number(line, "tax_rate")
        if rate is not None and 0 <= rate <= 100 and rate not in rates:
            text = _text(line, "tax_rate").removesuffix("%").strip()
            yield Problem(place, "tax_rate", text, gettext(NO_RATE) % {"percent": text})


def known_rates(company: Company) -> set[Decimal]:
    """Those of its tax rates, and the one that holds where nothing is said."""
    found = set(TaxRate.objects.filter(company=company).values_list("percent", flat=True))
    return found if company.default_tax_rate is None else {*found, company.default_tax_rate}


def has_price(product: Product | None) -> bool:
    """What has a list price or a cost is sold; a discount, a rebate has neither."""
    return product is not None and bool((product.unit_price or 0) > 0 or product.unit_cost)


def _text(line: Given, name: str) -> str:
    return (line.get(name) or "").strip()


def _number(line: Given, name: str) -> Decimal | None:
    """What is no number is said by the row's own check."""
    try:
        found = Decimal(_text(line, name).removesuffix("%").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def beyond_ordered(order: Order, lines: list[int]) -> list[str]:
    """What the month's check will block is asked first: a digit too many is soon typed."""
    handed_over = DeliveryLine.objects.filter(
        company=order.company_id, order_line=OuterRef("pk")
    ).values("order_line")
    summed = handed_over.annotate(total=Sum("quantity")).values("total")
    found = order.lines.filter(line_number__in=lines).annotate(total=Subquery(summed))
    return [
        gettext(BEYOND)
        % {
            "line": line.line_number,
            "delivered": number_text(line.total),
            "ordered": number_text(line.quantity),
        }
        for line in found.filter(total__gt=F("quantity")).order_by("line_number")
    ]

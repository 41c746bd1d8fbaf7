"""What payments add to the page of a customer."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.customers.models import Customer
from closing_site.desk.documents.sections import Section
from payments.models import Payment

LATEST = 5


def latest_payments(request: CompanyRequest, customer: Customer) -> Section | None:
    seen = Payment.objects.seen_by(request.membership).filter(customer=customer.pk)
    found = list(seen.with_unplaced().order_by("-received_on", "-pk")[:LATEST])
    if not found:
        return None
    query = urlencode({"customer": customer.code})
    return Section(
        _("Latest payments"),
        "payments/latest.html",
        {"payments": found},
        more_url=f"{reverse('payment_list')}?{query}",
        more_text=_("All payments"),
    )


SECTIONS = {"customer": [latest_payments]}

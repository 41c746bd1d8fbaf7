"""Customers by form, by the rules of the file."""

from django.utils.translation import gettext, gettext_noop

from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company, User
from closing_site.customers.kinds import CUSTOMERS
from closing_site.customers.models import Customer
from closing_site.customers.recording import record_customers
from closing_site.customers.successors import current_code
from closing_site.recording import Given, follow, recording, refuse, require_taken, stage_rows
from closing_site.typed import LISTED, require_listed

EXISTS = gettext_noop("There is a customer %(code)s already.")
FORMER = gettext_noop("%(code)s is the former code of customer %(now)s. Choose another code.")


def record_customer(*, company: Company, given: Given, by: User) -> Customer:
    """``given`` has the columns of customers.csv. Orders that waited for the customer are linked.

    Raises NotTaken, RoleMayNot.
    """
    code = (given.get("code") or "").strip()
    require_role(company, by.username, ENTERING)
    with recording(company.pk, by.username):
        # Codes that differ in capitals alone are two for a file and one for a reader.
        if known := Customer.objects.filter(company=company, code__iexact=code).first():
            raise refuse(CUSTOMERS, "code", gettext(EXISTS) % {"code": known.code}, code)
        if (now := current_code(company, code)) != code:
            reason = gettext(FORMER) % {"code": code, "now": now}
            raise refuse(CUSTOMERS, "code", reason, code)
        require_listed(CUSTOMERS, given)
        return _take(company, given, code)


def change_customer(*, customer: Customer, given: Given, by: User) -> Customer:
    """Issued documents keep what they say. Raises NotTaken, RoleMayNot."""
    require_role(customer.company, by.username, ENTERING)
    with recording(customer.company_id, by.username):
        before = {name: getattr(customer, name) for name in LISTED}
        require_listed(CUSTOMERS, given, before)
        return _take(customer.company, {**given, "code": customer.code}, customer.code)


def _take(company: Company, given: Given, code: str) -> Customer:
    staged = stage_rows(CUSTOMERS, [given])
    record_customers(company, staged)
    require_taken(staged)
    follow("customers", company)
    return Customer.objects.get(company=company, code=code)

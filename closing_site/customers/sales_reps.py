"""Who stands behind a sales rep's code."""

from closing_site.acting import acting
from closing_site.companies.errors import NotAMember
from closing_site.companies.members import membership_of, require_role
from closing_site.companies.models import Company, User
from closing_site.companies.people import ADMINISTRATORS
from closing_site.customers.errors import RepExists
from closing_site.customers.models import SalesRep
from closing_site.free_text import seen_text


def name_sales_rep(
    *, company: Company, code: str, name: str, user: User | None, by: str
) -> SalesRep:
    """Give the code a name, and the person who signs in as this rep, or none; made where it is new.

    Raises NotAMember where the person has no role in the company.
    """
    with acting(by):
        if user and membership_of(company, user) is None:
            raise NotAMember(user=user.username, company=company.code)
        rep, _ = SalesRep.objects.update_or_create(
            company=company, code=code, defaults={"name": seen_text(name), "user": user}
        )
        return rep


def assign_sales_rep(
    *, company: Company, code: str, name: str, user: User | None, is_new: bool, by: User
) -> SalesRep:
    """An administrator's ``name_sales_rep``. Raises RepExists, NotAMember, RoleMayNot."""
    require_role(company, by.username, ADMINISTRATORS)
    if is_new and SalesRep.objects.filter(company=company, code=code).exists():
        raise RepExists(code=code)
    return name_sales_rep(company=company, code=code, name=name, user=user, by=by.username)

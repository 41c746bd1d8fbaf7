"""Who may write orders: finance, and a sales rep their own until the month's cut-off (law 15)."""

from datetime import date

from closing_site.companies.errors import NotAMember, RoleMayNot
from closing_site.companies.members import membership_of
from closing_site.companies.models import Company, Role, User
from closing_site.customers.models import SalesRep
from closing_site.periods.cut_off import require_before_cut_off
from orders.errors import NoCodeOfYours, NotYourOrder
from orders.models import Order


def own_codes(company: Company, by: User) -> list[str]:
    """The rep's codes that are this person's."""
    reps = SalesRep.objects.filter(company=company, user=by).order_by("code")
    return list(reps.values_list("code", flat=True))


def require_order_role(company: Company, by: User) -> Role:
    """Raises NotAMember, RoleMayNot."""
    member = membership_of(company, by)
    if member is None:
        raise NotAMember(user=by.username, company=company.code)
    if member.role not in (Role.FINANCE, Role.SALES_REP):
        raise RoleMayNot(user=by.username, role=Role(member.role).label, company=company.code)
    return Role(member.role)


def require_new_order(company: Company, by: User, code: str, day: date | None) -> None:
    """Raises NoCodeOfYours, RoleMayNot, CutOffPassed."""
    require_own_code(company, by, code)
    if require_order_role(company, by) == Role.SALES_REP:
        require_before_cut_off(company, day)


def require_own_code(company: Company, by: User, code: str) -> None:
    """A rep hands no order to another, and takes none. Raises NoCodeOfYours."""
    if require_order_role(company, by) == Role.FINANCE:
        return
    if code not in own_codes(company, by):
        raise NoCodeOfYours()


def require_order(order: Order, by: User, *days: date | None) -> None:
    """Raises NotYourOrder, RoleMayNot; CutOffPassed where one of the days' months is closed to
    reps."""
    if require_order_role(order.company, by) == Role.FINANCE:
        return
    if order.sales_rep is None or order.sales_rep.user_id != by.pk:
        raise NotYourOrder(number=order.number)
    require_before_cut_off(order.company, *days)

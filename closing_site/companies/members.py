"""Who may do what in a company, asked by actions and commands; pages ask the policy table too."""

from closing_site.companies.errors import (
    CompanyElsewhere,
    NotAMember,
    RoleMayNot,
    UnknownCompany,
    UnknownUser,
)
from closing_site.companies.models import Company, Membership, Role, User
from closing_site.placing import is_here, place_of

#: Who prepares a close, and who approves what another prepared.
PREPARERS = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN})
#: Who enters documents and master data; reps enter their own orders besides.
ENTERING = frozenset({Role.FINANCE})
#: Who records money received; a cashier records nothing else (ACCOUNTING 15.5).
RECEIVING = frozenset({Role.FINANCE, Role.CASHIER})
APPROVERS = frozenset({Role.MANAGER, Role.ADMIN})


def company_by_code(code: str, *, to_read: bool = False) -> Company:
    """``to_read``: also where the books lay before they were moved to another database.

    Raises UnknownCompany, CompanyElsewhere.
    """
    try:
        company = Company.objects.get(code=code)
    except Company.DoesNotExist as error:
        raise UnknownCompany(code=code) from error
    if not (to_read or is_here(code)):
        raise CompanyElsewhere(code=code, place=place_of(code))
    return company


def require_role(company: Company, username: str, roles: frozenset[Role]) -> User:
    """The person, where one of these roles is theirs.

    Raises UnknownUser, NotAMember, RoleMayNot.
    """
    try:
        user = User.objects.get(username=username)
    except User.DoesNotExist as error:
        raise UnknownUser(user=username) from error
    member = membership_of(company, user)
    if member is None:
        raise NotAMember(user=username, company=company.code)
    if member.role not in roles:
        raise RoleMayNot(user=username, role=Role(member.role).label, company=company.code)
    return user


def lacks_second_factor(member: Membership, user: User) -> bool:
    """Whether the company wants one of them, and they have none."""
    is_wanted = member.company.second_factor_for_approvers and member.role in APPROVERS
    return is_wanted and user.second_factor_since is None


def membership_of(company: Company, user: User) -> Membership | None:
    """Theirs, where they can work in the company."""
    if not user.is_active:
        return None
    return Membership.objects.filter(company=company, user=user, is_active=True).first()

"""Making companies, and giving people a role in them."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from closing_site.acting import acting
from closing_site.companies.errors import CompanyExists, UnknownRole
from closing_site.companies.models import Company, Membership, Role, User

#: China's general VAT rate (增值税暂行条例, article 2); elsewhere a line has to say its own.
DEFAULT_TAX_RATES = {"CN": Decimal(13)}
TIME_ZONES = {"CN": "Asia/Shanghai"}


def create_company(
    *,
    code: str,
    name: str,
    currency: str,
    country: str,
    first_day: date,
    language: str = "en",
    tax_id: str = "",
    address: str = "",
    bank: str = "",
    by: str,
) -> Company:
    """A set of books that begins on ``first_day``. Raises CompanyExists."""
    with acting(by):
        if Company.objects.filter(code=code).exists():
            raise CompanyExists(code=code)
        return Company.objects.create(
            code=code,
            name=name,
            currency=currency,
            country=country,
            first_day=first_day,
            language=language,
            time_zone=TIME_ZONES.get(country, "UTC"),
            tax_id=tax_id,
            address=address,
            bank=bank,
            default_tax_rate=DEFAULT_TAX_RATES.get(country),
        )


@transaction.atomic
def add_member(*, company: Company, username: str, role: str, by: str) -> Membership:
    """Give a person a role; who does not exist is made, without a password. Raises UnknownRole."""
    if role not in Role.values:
        raise UnknownRole(role=role, roles=", ".join(Role.values))
    with acting(by):
        user, is_new = User.objects.get_or_create(username=username)
        if is_new:
            user.set_unusable_password()
            user.save()
        member, _ = Membership.objects.update_or_create(
            company=company, user=user, defaults={"role": role}
        )
        return member

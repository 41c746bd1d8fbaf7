"""A company with everything its first close needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from closing_site.acting import acting
from closing_site.companies.actions import add_member, create_company
from closing_site.companies.models import Company, Membership
from closing_site.periods.actions import ensure_periods
from closing_site.periods.calendar import first_day_of
from closing_site.wizard.models import ProcedureStep
from closing_site.wizard.procedure import create_default_procedure
from reconciliation.chart import create_default_chart
from reconciliation.models import Account


@dataclass(frozen=True)
class Books:
    company: Company
    accounts: list[Account]
    procedure: list[ProcedureStep]
    members: list[Membership]


def open_books(
    *,
    code: str,
    name: str,
    currency: str,
    country: str,
    first_period: str,
    language: str = "en",
    tax_id: str = "",
    address: str = "",
    bank: str = "",
    name_zh: str = "",
    members: Iterable[tuple[str, str]] = (),
    by: str,
) -> Books:
    """All of it or nothing. ``first_period`` is a month (YYYY-MM); members are (user, role).

    Raises CompanyExists, NotACompanyCode, NotACurrency, NotACountry, NotALanguage, UnknownRole,
    NotThePeriod.
    """
    with acting(by):
        first_day = first_day_of(first_period)
        company = create_company(
            code=code,
            name=name,
            currency=currency,
            country=country,
            first_day=first_day,
            language=language,
            tax_id=tax_id,
            address=address,
            bank=bank,
            name_zh=name_zh,
            by=by,
        )
        books = Books(
            company=company,
            accounts=create_default_chart(company, by=by),
            procedure=create_default_procedure(company, by=by),
            members=[
                add_member(company=company, username=user, role=role, by=by)
                for user, role in members
            ],
        )
        ensure_periods(company, first_day)
        return books

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from closing_site.companies.actions import add_member, create_company
from closing_site.companies.errors import (
    CompanyExists,
    NotACompany,
    NotACompanyCode,
    NotACountry,
    NotACurrency,
    NotALanguage,
    NotAUsername,
    UnknownRole,
)
from closing_site.companies.models import AuditEntry, Company, User
from closing_site.refusals import Refusal

pytestmark = pytest.mark.django_db


def company(**changes: Any) -> Company:
    given: dict[str, Any] = {
        "code": "NW",
        "name": "Northwind",
        "currency": "CNY",
        "country": "CN",
        "first_day": date(2026, 1, 1),
        "by": "founder",
    }
    return create_company(**{**given, **changes})


def test_a_chinese_company_lives_in_its_time_zone_with_its_tax_rate() -> None:
    made = company(country="cn", currency="cny")
    assert (made.country, made.currency) == ("CN", "CNY")
    assert (made.time_zone, made.default_tax_rate) == ("Asia/Shanghai", Decimal(13))


def test_elsewhere_no_tax_rate_is_taken_for_granted() -> None:
    assert company(country="DE", currency="EUR").default_tax_rate is None


def test_the_audit_knows_who_made_it() -> None:
    company()
    entry = AuditEntry.objects.get(document_kind="company")
    assert (entry.actor, entry.action, entry.document_number) == ("founder", "created", "NW")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "N W"}, NotACompanyCode),
        ({"code": ".."}, NotACompanyCode),
        ({"code": "N" * 21}, NotACompanyCode),
        ({"currency": "RMB¥"}, NotACurrency),
        ({"currency": "XXX"}, NotACurrency),
        ({"country": "CHN"}, NotACountry),
        ({"language": "fr"}, NotALanguage),
        ({"name": "  "}, NotACompany),
        ({"tax_id": "9" * 51}, NotACompany),
    ],
)
def test_values_that_cannot_be_are_refused_by_name(
    changes: dict[str, str], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        company(**changes)


def test_a_code_is_given_once() -> None:
    company()
    with pytest.raises(CompanyExists, match="NW"):
        company()
    with pytest.raises(CompanyExists, match="NW"):
        company(code="nw")


def test_a_member_who_does_not_exist_is_made_without_a_password() -> None:
    add_member(company=company(), username="ann", role="finance", by="founder")
    assert not User.objects.get(username="ann").has_usable_password()


def test_who_exists_keeps_their_password_and_changes_their_role() -> None:
    User.objects.create_user("ann", password="kept for years")
    books = company()
    add_member(company=books, username="ann", role="finance", by="founder")
    add_member(company=books, username="ann", role="auditor", by="founder")
    ann = User.objects.get(username="ann")
    assert ann.has_usable_password()
    assert [member.role for member in ann.memberships.all()] == ["auditor"]


def test_a_role_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownRole, match="boss"):
        add_member(company=company(), username="ann", role="boss", by="founder")


def test_a_name_that_cannot_be_is_refused() -> None:
    with pytest.raises(NotAUsername):
        add_member(company=company(), username="ann the first", role="finance", by="founder")

"""Making companies, and giving people a role in them."""

import re
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError

from closing_site.acting import acting
from closing_site.companies.errors import (
    CompanyElsewhere,
    CompanyExists,
    NotACompany,
    NotACompanyCode,
    NotACountry,
    NotACurrency,
    NotALanguage,
    NotAUsername,
    UnknownRole,
)
from closing_site.companies.models import Company, Membership, Role, TablePreference, User
from closing_site.companies.placed_people import make_known
from closing_site.currencies import CURRENCIES
from closing_site.free_text import seen_text
from closing_site.placing import HOME, at, at_home, here, place_of

#: China's general VAT rate (增值税暂行条例, article 2); elsewhere a line has to say its own.
DEFAULT_TAX_RATES = {"CN": Decimal(13)}
TIME_ZONES = {"CN": "Asia/Shanghai"}

#: It stands in addresses of pages, where "." and ".." alone mean something else.
CODE = re.compile(r"\w[\w.-]{0,19}")


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
    name_zh: str = "",
    by: str,
) -> Company:
    """A set of books that begins on ``first_day``.

    Raises CompanyExists, CompanyElsewhere, and the NotA… refusal of a value that cannot be.
    """
    _check(code, currency, country, language)
    if (place := place_of(code)) != here():
        raise CompanyElsewhere(code=code, place=place)
    country = country.upper()
    company = Company(
        code=code,
        name=name.strip(),
        currency=currency.upper(),
        country=country,
        first_day=first_day,
        language=language,
        time_zone=TIME_ZONES.get(country, "UTC"),
        tax_id=tax_id,
        address=address,
        bank=bank,
        name_zh=name_zh.strip(),
        default_tax_rate=DEFAULT_TAX_RATES.get(country),
    )
    try:
        company.clean_fields()
    except ValidationError as error:
        reasons = (f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())
        raise NotACompany(reason=" ".join(reasons)) from error
    with acting(by):
        # Codes that differ in capitals alone are one for a reader.
        if known := Company.objects.filter(code__iexact=code).first():
            raise CompanyExists(code=known.code)
        company.save()
    return company


def _check(code: str, currency: str, country: str, language: str) -> None:
    if not CODE.fullmatch(code):
        raise NotACompanyCode(code=code)
    if currency.upper() not in CURRENCIES:
        raise NotACurrency(currency=currency)
    if not re.fullmatch("[A-Za-z]{2}", country):
        raise NotACountry(country=country)
    languages = [known for known, _ in settings.LANGUAGES]
    if language not in languages:
        raise NotALanguage(language=language, languages=", ".join(languages))


def add_member(*, company: Company, username: str, role: str, by: str) -> Membership:
    """Give a person a role; who does not exist is made, without a password.

    Raises UnknownRole, NotAUsername.
    """
    if role not in Role.values:
        raise UnknownRole(role=role, roles=", ".join(Role.values))
    with acting(by):
        user = _person(username, by)
        member, _ = Membership.objects.update_or_create(
            company=company, user=user, defaults={"role": role, "is_active": True}
        )
        return member


def _person(username: str, by: str) -> User:
    """Who has this name; they are at home, and known where the company's books lie."""
    if here() == HOME:
        return User.objects.filter(username=username).first() or _new_user(username)
    with at(HOME), acting(by):
        user = User.objects.filter(username=username).first() or _new_user(username)
    return make_known(user)


def _new_user(username: str) -> User:
    user = User(username=username)
    user.set_unusable_password()
    try:
        user.clean_fields()
    except ValidationError as error:
        raise NotAUsername(user=username) from error
    user.save()
    return user


@at_home
def choose_language(*, user: User, language: str) -> None:
    """A person's own choice; what it is, is for the caller to check."""
    user.language = language
    user.save(update_fields=["language"])


@at_home
def choose_theme(*, user: User, theme: str) -> None:
    """A person's own choice; what it is, is for the caller to check."""
    user.theme = theme
    user.save(update_fields=["theme"])


@at_home
def change_preferences(
    *, user: User, first_name: str, last_name: str, language: str, theme: str
) -> None:
    """A person's own name and choices; what they are, is for the caller to check."""
    user.first_name, user.last_name = seen_text(first_name), seen_text(last_name)
    user.language, user.theme = language, theme
    # Where they work, the audit tells it as theirs.
    with acting(user.username):
        user.save(update_fields=["first_name", "last_name", "language", "theme"])


@at_home
def change_password(*, user: User, password: str) -> None:
    """One's own; whether it is a good one is for the caller to check."""
    with acting(user.username):
        user.set_password(password)
        user.save(update_fields=["password", "has_demo_password"])


def choose_columns(*, user: User, table: str, columns: list[str]) -> None:
    """Which columns of a list a person sees; none stands for the list's own choice.

    A name that the list does not have, or has no more, is passed over where it is shown.
    """
    if columns:
        TablePreference.objects.update_or_create(
            user=user, table=table, defaults={"columns": columns}
        )
    else:
        TablePreference.objects.filter(user=user, table=table).delete()

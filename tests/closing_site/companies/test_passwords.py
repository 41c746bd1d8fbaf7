"""What a new password may be: long, not a common one, not of words that all would try."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from closing_site.companies.forms import SignInForm
from closing_site.companies.models import Company, User
from closing_site.companies.passwords import WORDS
from closing_site.desk.administration.forms import NewPersonForm
from ops.places import ROOT
from tests.closing_site.companies.conftest import books


@pytest.fixture
def company(db: None) -> Company:
    return books("ACME", [("ann", "manager")])


def codes(password: str, user: User | None = None) -> set[str | None]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "three blue boats",
        "839127465028",
        "ÄÖÜ 长长的一句话 ~ ok",
        " blank at both ends ",
        "x9" * 64,
        "closing of three blue boats",
    ],
)
def test_any_signs_make_a_password(password: str) -> None:
    assert codes(password) == set()


def test_a_short_or_common_one_is_refused() -> None:
    assert codes("boats at 11") == {"password_too_short"}
    assert "password_too_common" in codes("1234567890123")


@pytest.mark.parametrize("password", ["Closing-2026!!", "SalesFinance99", "出纳会计财务密码2026"])
def test_words_of_the_program_make_none(password: str) -> None:
    assert codes(password) == {"password_of_context"}


def test_names_of_the_company_make_none(company: Company) -> None:
    ann = User.objects.get(username="ann")
    password = "Acme-Acme-2026"
    assert codes(password) == set()
    assert codes(password, ann) == {"password_of_context"}
    joining = {"username": "bo", "password1": password, "password2": password}
    assert not NewPersonForm(company, joining).is_valid()
    long = {**joining, "password1": "three blue boats", "password2": "three blue boats"}
    assert NewPersonForm(company, long).is_valid()


def test_a_password_is_compared_as_it_was_typed() -> None:
    assert SignInForm().fields["password"].clean(" As Typed ") == " As Typed "


def test_the_words_are_documented() -> None:
    documented = (ROOT / "docs" / "security.md").read_text()
    assert [word for word in WORDS if word not in documented] == []

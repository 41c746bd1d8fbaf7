"""What a new password may not be made of (``AUTH_PASSWORD_VALIDATORS``)."""

import re
from collections.abc import Iterator
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from closing_site.companies.models import Company, User
from closing_site.companies.placed_people import memberships_everywhere

#: What anybody would try here first. Listed in docs/security.md.
WORDS: Final = frozenset(
    {
        *("closing", "close", "sales", "month", "books", "ledger", "invoice", "voucher", "payment"),
        *("finance", "accounting", "cashier", "auditor", "manager", "admin", "administrator"),
        *("demo", "password", "passwort", "welcome", "summer", "winter", "spring", "autumn"),
        *("结账", "销售", "财务", "会计", "出纳", "密码"),
    }
)
#: Shorter parts of a company's name are in too many words.
LEAST_OF_NAME: Final = 3
#: So much of a password must be something else.
LEAST_BESIDES: Final = 8


class ContextWordsValidator:
    """Refuses a password of which little is left without words of the program, the company's names
    and its code. ``user.joining``: a company that they do not work in yet."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        rest = password.casefold()
        for word in sorted({*WORDS, *_names_around(user)}, key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < LEAST_BESIDES <= len(password):
            raise ValidationError(
                _("Most of this password is words that others would try here. Use other words."),
                code="password_of_context",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be mostly words of this program or your company's name.")


def _names_around(user: Any) -> Iterator[str]:
    for company in _companies_of(user):
        for name in (company.code, company.name, company.name_zh):
            for part in re.split(r"[\W_]+", name.casefold()):
                if len(part) >= LEAST_OF_NAME:
                    yield part


def _companies_of(user: Any) -> Iterator[Company]:
    joining = getattr(user, "joining", None)
    if joining is not None:
        yield joining
    if isinstance(user, User) and user.pk:
        yield from (member.company for member in memberships_everywhere(user)[0])

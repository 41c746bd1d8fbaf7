"""Named refusals. Each one's docstring is the message a person reads, in their language."""

import re
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from django.db import IntegrityError

from closing_site.told import Told, told


class Refusal(Exception):
    """Something was refused."""

    #: Of the page that says so.
    status = HTTPStatus.CONFLICT
    #: Whether what was sent may be sent again as it is, once the person has read why.
    can_resend = False

    def __init__(self, **parameters: Any) -> None:
        super().__init__(parameters)
        self.parameters = parameters

    @property
    def message(self) -> Told:
        return told(cleandoc(self.__doc__ or ""), **self.parameters)

    def __str__(self) -> str:
        return self.message


class RulesDiffer(Refusal):
    """The program is being updated. Nothing was saved: try again in a minute."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    can_resend = True


class BooksUnreachable(Refusal):
    """The database %(name)s does not answer. Other companies' pages work. Try again in a minute."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class LawBroken(Refusal):
    """The database refused: %(reason)s."""


class MonthIsLocked(LawBroken):
    """Period %(period)s is locked: nothing in it changes any more."""


#: As ``closing_require_open`` says it: of all laws the one that people meet, so in their language.
LOCKED = re.compile(r"Period (\S+) is locked: nothing in it changes")


def refusal_of(error: IntegrityError) -> Refusal:
    """What the database said when it refused to break a law, as a refusal."""
    diagnostics = getattr(error.__cause__, "diag", None)
    reason = getattr(diagnostics, "message_primary", None) or str(error)
    if locked := LOCKED.match(reason):
        return MonthIsLocked(period=locked[1])
    return LawBroken(reason=reason)

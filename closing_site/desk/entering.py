"""What every page of entry shares: sent twice it takes effect once, refused it says so where."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.db import IntegrityError
from django.urls import reverse
from psycopg.errors import CheckViolation

from closing_site.companies.access import CompanyRequest
from closing_site.desk.idempotency import once
from closing_site.pages.documents import document_url
from closing_site.recording import NotTaken
from closing_site.refusals import Refusal, refusal_of

Answer = dict[str, Any]
Lines = Mapping[str, Sequence[forms.Form]]


def enter(
    request: CompanyRequest,
    action: str,
    form: forms.Form,
    do: Callable[[], Answer],
    *,
    lines: Lines | None = None,
) -> Answer | None:
    """What ``do`` gives; None where it was refused, which the form then says beside its fields.

    ``lines``: kind → the forms of its rows, in the order in which ``do`` hands them over.
    """
    try:
        return once(request, action, do)
    except NotTaken as refusal:
        say_problems(form, refusal, lines or {})
    except Refusal as refusal:
        form.add_error(None, refusal.message)
    except IntegrityError as error:
        if not isinstance(error.__cause__, CheckViolation):
            raise
        form.add_error(None, refusal_of(error).message)
    return None


def say_problems(form: forms.Form, refusal: NotTaken, lines: Lines) -> None:
    for kind, problems in refusal.problems.items():
        rows = lines.get(kind, ())
        for problem in problems:
            of_line = rows[problem.line - 1] if 0 < problem.line <= len(rows) else None
            target = of_line if of_line is not None else form
            is_shown = problem.column in target.fields
            target.add_error(problem.column if is_shown else None, problem.reason)
            if of_line is not None and not form.errors:
                form.add_error(None, problem.reason)


def page_of(kind: str, number: str, otherwise: str = "home") -> str:
    """The document's page, where there is one."""
    return document_url(kind, number) or reverse(otherwise)

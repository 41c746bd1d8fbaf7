"""What every page of entry shares: sent twice it takes effect once, refused it says so where."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from psycopg.errors import CheckViolation

from closing_site.companies.access import CompanyRequest
from closing_site.desk.errors import ChangedSinceSeen
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


def entry_page(
    request: CompanyRequest,
    form: forms.Form,
    do: Callable[[], Answer],
    *,
    action: str,
    title: str,
    back: str,
    said: str,
    to: Callable[[Answer], str] | None = None,
) -> HttpResponse:
    """The page of a form that enters something.

    What is sent and taken is told by ``said``, with what ``do`` answers in it, and leads to the
    address that ``to`` makes of the answer, else to ``back``.
    """
    if (
        request.method == "POST"
        and form.is_valid()
        and (answer := enter(request, action, form, do))
    ):
        messages.success(request, said % answer)
        return redirect(to(answer) if to else back)
    shown = {"title": title, "form": form, "submit": gettext("Save"), "back": back}
    return render(request, "parts/entry_page.html", shown)


def require_as_seen(form: forms.Form, now: str) -> None:
    """Within ``do``: what the form showed when it was opened (its field ``seen``) is so still. A
    form that was not opened first says nothing. Raises ChangedSinceSeen."""
    if form.cleaned_data.get("seen") not in ("", now):
        raise ChangedSinceSeen()


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

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
from closing_site.pages.entry_fields import SEEN, digest_of, remember
from closing_site.recording import NotTaken, Unconfirmed, hold_rows
from closing_site.refusals import Refusal, refusal_of

Answer = dict[str, Any]
Lines = Mapping[str, Sequence[forms.Form]]
#: What a form shows of the books, read anew.
Now = Callable[[], Any]

#: In the answer of what changed nothing.
UNCHANGED = "unchanged"


def enter(
    request: CompanyRequest,
    action: str,
    form: forms.Form,
    do: Callable[[], Answer],
    *,
    lines: Lines | None = None,
    now: Now | None = None,
) -> Answer | None:
    """What ``do`` gives; None where it was refused, which the form then says beside its fields.

    ``lines``: kind → the forms of its rows, in the order in which ``do`` hands them over. ``now``:
    of a form that changes something and remembers what it showed (entry_fields.remember).
    """
    if now:
        do = _as_seen(request, form, do, now)
    try:
        return once(request, action, do)
    except Unconfirmed as asked:
        form.asked = asked  # type: ignore[attr-defined]
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
    now: Now | None = None,
    is_wide: bool = False,
    submit: str = "",
    template: str = "parts/entry_page.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of a form that enters something.

    What is sent and taken is told by ``said``, with what ``do`` answers in it, and leads to the
    address that ``to`` makes of the answer, else to ``back``. ``now``: what the form shows as its
    initial values, read anew. ``template`` extends the page, with ``context``.
    """
    if now:
        remember(form, form.initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and (answer := enter(request, action, form, do, now=now))
    ):
        say_taken(request, said, answer)
        return redirect(to(answer) if to else back)
    shown = {
        **(context or {}),
        "title": title,
        "form": form,
        "submit": submit or gettext("Save"),
        "back": back,
        "is_wide": is_wide,
    }
    return render(request, template, shown)


def say_taken(request: CompanyRequest, said: str, answer: Answer) -> None:
    if answer.get(UNCHANGED):
        messages.info(request, gettext("Nothing was changed."))
    else:
        messages.success(request, said % answer)


def answer_of(request: CompanyRequest) -> str:
    """The answer to what the form asked, where it has asked something."""
    return request.POST.get("confirmed", "")


def _as_seen(
    request: CompanyRequest, form: forms.Form, do: Callable[[], Answer], now: Now
) -> Callable[[], Answer]:
    """``do``, where the books still are what the form showed; it answers whether they are so yet.

    A form that was not opened first says nothing of what it showed.
    """
    seen = form.cleaned_data.pop(SEEN, "")

    def guarded() -> Answer:
        hold_rows(request.company.pk)
        before = digest_of(now())
        if seen not in ("", before):
            raise ChangedSinceSeen()
        answer = do()
        return {**answer, UNCHANGED: True} if digest_of(now()) == before else answer

    return guarded


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

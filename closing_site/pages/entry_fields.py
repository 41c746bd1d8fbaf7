"""Fields of forms that enter something: they take texts, as a file's cells are.

What a text may be is said by the columns of its kind (closing_site.kind), for forms and files;
so a field here only looks right for it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy

Label = Any
Choices = Sequence[tuple[str, Any]]

#: Longer than anything a column takes: the column says how long it may be.
LONGEST = 20_000
#: The field of a form that changes something: the digest of what it showed.
SEEN = "seen"


def text(
    label: Label, *, required: bool = False, help: Label = "", rows: int = 0
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    widget.attrs["autocomplete"] = "off"
    return forms.CharField(
        label=label, required=required, help_text=help, widget=widget, max_length=LONGEST
    )


def number(label: Label, *, required: bool = False, help: Label = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(
        label=label, required=required, help_text=help, widget=widget, max_length=LONGEST
    )


def day(
    label: Label, *, required: bool = False, help: Label = "", is_posted: bool = False
) -> forms.CharField:
    """``is_posted``: the month in which it will be posted is said below, as soon as it changes."""
    widget = forms.DateInput(attrs={"type": "date"})
    if is_posted:
        widget.attrs |= {
            "hx-get": reverse_lazy("posting_hint"),
            "hx-trigger": "change",
            "hx-target": "next .field-help",
            "hx-swap": "textContent",
        }
        help = help or " "
    return forms.CharField(label=label, required=required, help_text=help, widget=widget)


def choice(
    label: Label, choices: Choices, *, required: bool = False, help: Label = ""
) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required, help_text=help, choices=choices)


def listed(
    label: Label, options: str, *, required: bool = False, help: Label = ""
) -> forms.CharField:
    """With what is usual offered while one types: ``options`` names one of the form's ``lists``."""
    field = text(label, required=required, help=help)
    field.widget.attrs["list"] = options
    return field


def suggested(label: Label, url_name: str, *, required: bool = False, help: Label = "") -> Any:
    """A code, with what there is offered while one types; ``datalist`` of the page named so."""
    field = text(label, required=required, help=help)
    field.widget.attrs |= {
        "list": url_name,
        "hx-get": reverse_lazy(url_name),
        # Its own value alone, whatever stands around it: addresses are kept in logs.
        "hx-include": "this",
        "hx-trigger": "input changed delay:200ms, focus once",
        "hx-target": f"#{url_name}",
        "hx-swap": "innerHTML",
        "hx-sync": "this:replace",
    }
    return field


def seen() -> forms.CharField:
    """Of a form that changes what others may change meanwhile: the digest of what it showed."""
    return forms.CharField(required=False, widget=forms.HiddenInput)


def remember(form: forms.Form, shown: Any) -> None:
    """Let the form carry what it shows; what has changed when it is sent is not overwritten."""
    form.fields[SEEN] = seen()
    form.initial[SEEN] = digest_of(shown)


def digest_of(shown: Any) -> str:
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()


def given_of(form: forms.Form, *, without: Sequence[str] = ()) -> dict[str, str | None]:
    """The form's texts by column; a box is 1 or 0."""
    return {
        name: ("1" if value else "0") if isinstance(value, bool) else value
        for name, value in form.cleaned_data.items()
        if name not in (SEEN, *without)
    }


def texts_of(row: Any, names: Mapping[str, str]) -> dict[str, str]:
    """Field → its text, from a row's attribute."""
    return {field: _text(getattr(row, name)) for field, name in names.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    return str(value)

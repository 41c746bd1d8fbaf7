"""Forms and their fields."""

import secrets
from typing import Any

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    MultiWidget,
    RadioSelect,
    Select,
    SelectMultiple,
)
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def new_key() -> str:
    """A key under which a form takes effect once (closing_site.desk.idempotency)."""
    return secrets.token_urlsafe(24)


@register.simple_tag
def control(field: BoundField, prefix: str = "") -> SafeString:
    """A form field's input with the house's classes, its help and its errors tied to it."""
    widget = field.field.widget
    attributes: dict[str, Any] = {"class": _class_of(field)}
    told = [f"{field.auto_id}_error"] if field.errors else []
    told += [f"{field.auto_id}_help"] if field.help_text else []
    if told:
        attributes["aria-describedby"] = " ".join(told)
    if field.errors:
        attributes["aria-invalid"] = "true"
    # Of a longer text a browser would take the beginning without a word; the form says no.
    widget.attrs.pop("maxlength", None)
    if isinstance(widget, RadioSelect):
        del attributes["class"]
    if isinstance(widget, MultiWidget):
        # One label for two inputs tells a screen reader nothing of either.
        for part, end in zip(widget.widgets, (_("from"), _("to")), strict=False):
            part.attrs["aria-label"] = f"{field.label} {end}"
    return field.as_widget(attrs=attributes)


def _class_of(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, (Select, SelectMultiple)):
        look = "form-select"
    else:
        look = "form-control"
    own = widget.attrs.get("class", "")
    return " ".join(filter(None, [look, own, "is-invalid" if field.errors else ""]))


@register.filter
def is_box(field: BoundField) -> bool:
    """Whether the label stands behind the input."""
    return isinstance(field.field.widget, CheckboxInput)


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """``{% field form.name %}``: label, input, help, errors."""
    return {"field": bound}


@register.inclusion_tag("parts/form.html", takes_context=True)
def form(
    context: Context,
    form: Any,
    submit: str,
    *,
    action: str = "",
    back: str = "",
    danger: bool = False,
) -> dict[str, Any]:
    """``{% form form submit=_("Save") back=url %}``: the whole form, with its key against double
    submits. ``back`` is the address of "Cancel"."""
    return {
        "form": form,
        "submit": submit,
        "action": action,
        "back": back,
        "danger": danger,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }

"""The parts of the house style, for ``{% load parts %}``. docs/pages.md shows each in use."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
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
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from closing_site.pages import formats
from closing_site.pages.addresses import asking
from closing_site.pages.documents import document_html
from closing_site.pages.status import badge_html

register = template.Library()


@register.simple_tag
def money(amount: Decimal | None, currency: str = "", with_currency: bool = False) -> SafeString:
    """``{% money invoice.gross invoice.currency %}``: 1,234.56; with a third argument also CNY."""
    return formats.money_html(amount, currency, with_currency=with_currency)


@register.filter
def number(value: Decimal | int | None) -> SafeString:
    """``{{ line.quantity|number }}``: 1,234.5"""
    return formats.number_html(value)


@register.filter
def wrapped(value: Any) -> SafeString:
    """``{{ line.description|wrapped }}``: in a table, text that someone typed."""
    return formats.wrapped_html(value)


@register.filter
def percent(value: Decimal | None) -> SafeString | str:
    """``{{ line.discount|percent }}``: 13 % for 13."""
    return formats.NOTHING if value is None else formats.percent_text(value)


@register.filter
def day(value: date | None) -> SafeString:
    """``{{ order.ordered_on|day }}``: ISO, of a moment with its time."""
    return formats.day_html(value)


@register.simple_tag
def status(state: str, text: object, tone: str = "") -> SafeString:
    """``{% status order.state order.get_state_display %}``: the slug gives the colour, unless
    ``tone`` does: quiet, info, good, wait or bad."""
    return badge_html(state, text, tone)


@register.simple_tag
def document(kind: str, number: str, text: str = "") -> SafeString:
    """``{% document "order" line.order.number %}``: a link where a page shows that kind."""
    return document_html(kind, number, text)


@register.simple_tag(takes_context=True)
def address(context: Context, **changes: str) -> str:
    """``{% address page="2" %}``: this page's address with other parameters; "" leaves one out."""
    request: HttpRequest = context["request"]
    return asking(request.GET, {key: value or None for key, value in changes.items()})


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
    }


@register.inclusion_tag("parts/figures.html")
def figures(figures: Sequence[Any]) -> dict[str, Any]:
    """``{% figures figures %}``: closing_site.pages.figures.Figure, as cards."""
    return {"figures": figures}


@register.inclusion_tag("parts/findings.html", takes_context=True)
def findings(context: Context, groups: Sequence[Any], actions: str = "") -> dict[str, Any]:
    """``{% findings groups "wizard/finding_actions.html" %}``: findings by check; the template
    named stands behind each, with ``finding`` and the page's context."""
    page: dict[str, Any] = {str(key): value for key, value in context.flatten().items()}
    return {**page, "groups": groups, "actions": actions}


@register.inclusion_tag("parts/progress.html")
def progress(
    done: int, total: int | None, label: str = "", url: str = "", state: str = "running"
) -> dict[str, Any]:
    """``{% progress run.done run.total label url %}``: as long as ``state`` is running, what
    ``url`` answers (this part again) takes its place every second."""
    share = min(100, done * 100 // total) if total else None
    return {
        "done": done,
        "total": total,
        "label": label,
        "url": url if state == "running" else "",
        "share": share,
        "state": state,
    }


@register.inclusion_tag("parts/empty.html")
def empty(text: str, action: str = "", url: str = "") -> dict[str, Any]:
    """``{% empty _("There is no order yet.") _("New order") url %}``"""
    return {"text": text, "action": action, "url": url}


@register.inclusion_tag("parts/refusal.html")
def refusal(message: str, advice: str = "", action: str = "", url: str = "") -> dict[str, Any]:
    """``{% refusal refusal.message advice %}``: what is refused and what to do, within a page."""
    return {"message": message, "advice": advice, "action": action, "url": url}


@register.inclusion_tag("parts/alert.html")
def alert(text: str, kind: str = "info", title: str = "") -> dict[str, Any]:
    """``{% alert text "warning" %}``: kind is info, success, warning or danger."""
    return {"text": text, "kind": kind, "title": title}


@register.inclusion_tag("parts/tabs.html")
def tabs(tabs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``{% tabs tabs %}``: each a mapping with url, title, is_current, and perhaps count."""
    return {"tabs": tabs}


@register.inclusion_tag("parts/breadcrumbs.html")
def breadcrumbs(*places: str) -> dict[str, Any]:
    """``{% breadcrumbs url title url title here %}``: addresses and titles in turn, the page's own
    title last."""
    *above, here = places
    return {"above": list(zip(above[::2], above[1::2], strict=True)), "here": here}


@register.inclusion_tag("parts/history.html")
def history(entries: Sequence[Any]) -> dict[str, Any]:
    """``{% history entries %}``: closing_site.pages.history.Change, the newest first."""
    return {"entries": entries}


@register.inclusion_tag("parts/timeline.html")
def timeline(stages: Sequence[Any]) -> dict[str, Any]:
    """``{% timeline stages %}``: closing_site.pages.history.Stage, in their order."""
    return {"stages": stages}


@register.inclusion_tag("parts/consequences.html")
def consequences(sentences: Sequence[str]) -> dict[str, Any]:
    """What will happen, as a list: for a page that asks before it acts."""
    return {"sentences": sentences}


@register.simple_tag
def facts_row(title: str, value: Any) -> SafeString:
    """``{% facts_row _("Customer") order.customer.name %}``: a line of ``<dl class="facts">``."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", title, formats.text_html(value))


@register.simple_tag
def facts_money(title: str, amount: Decimal | None, currency: str) -> SafeString:
    """``{% facts_money _("Gross") order.gross order.currency %}``"""
    return facts_row(title, formats.money_html(amount, currency, with_currency=True))


@register.simple_tag
def facts_document(title: str, kind: str, number: str, text: str = "") -> SafeString:
    """``{% facts_document _("Order") "order" order.number %}``; a dash without a number."""
    return facts_row(title, document_html(kind, number, text) if number else "")

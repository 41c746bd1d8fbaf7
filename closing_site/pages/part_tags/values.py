"""Values as every page writes them, and the lines of a list of facts."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from closing_site.pages import formats
from closing_site.pages.addresses import asking
from closing_site.pages.columns.column import reader
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
def sum_of(rows: Iterable[Any], name: str) -> Decimal:
    """``{{ entries|sum_of:"debit" }}``: of rows in one currency, what is None left out."""
    values = (reader(name)(row) for row in rows)
    return sum((value for value in values if value is not None), Decimal(0))


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
    return asking(request, {key: value or None for key, value in changes.items()})


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

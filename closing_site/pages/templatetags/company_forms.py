"""``{% url %}`` and ``{% csrf_token %}`` of every template, in place of Django's: links lead to the
company's own addresses, and each form carries its company. Listed in the settings' builtins."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context, Node
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode, URLNode
from django.template.defaulttags import url as url_tag
from django.utils.html import format_html
from django.utils.safestring import SafeString

from closing_site.pages.company_addresses import COMPANY, addresses_of

register = template.Library()


class PageURLNode(URLNode):
    def render(self, context: Context) -> Any:
        with addresses_of(self.view_name.resolve(context)):
            return super().render(context)


class CompanyFormNode(CsrfTokenNode):
    def render(self, context: Context) -> SafeString:
        code = form_company(context.get("request"))
        field = format_html('<input type="hidden" name="{}" value="{}">', COMPANY, code)
        return SafeString(super().render(context) + (field if code else ""))


def form_company(request: HttpRequest | None) -> str:
    """The code that forms of this page carry; Django's own admin has fields of this name."""
    company = getattr(request, "company", None)
    match = request.resolver_match if request else None
    return "" if company is None or (match and match.namespaces) else str(company.code)


@register.tag("url")
def page_url_tag(parser: Parser, token: Token) -> Node:
    found: Any = url_tag(parser, token)
    return PageURLNode(found.view_name, found.args, found.kwargs, found.asvar)


@register.tag("csrf_token")
def company_form_tag(parser: Parser, token: Token) -> Node:
    return CompanyFormNode()


@register.simple_tag(takes_context=True)
def page_company(context: Context) -> str:
    """For a page's htmx requests: the code that they carry in a header."""
    return form_company(context.get("request"))

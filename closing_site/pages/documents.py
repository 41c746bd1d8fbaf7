"""The page of a document, by its kind and number.

Each app names in its ``links.py`` which URL shows its documents: ``LINKS = {"order": "order"}``,
kind → name of the URL, whose one parameter is ``number``. So a finding, an audit entry or a voucher
of any floor can be linked to its document, and is plain text until there is a page for it.
"""

from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from closing_site.declared import declared
from closing_site.pages.formats import wrapped_html


@cache
def links() -> dict[str, str]:
    """Kind → name of the URL."""
    return {kind: name for named in declared("links", "LINKS") for kind, name in named.items()}


def document_url(kind: str, number: str) -> str:
    """Empty where no page shows documents of this kind."""
    name = links().get(kind)
    if not (name and number):
        return ""
    try:
        return reverse(name, kwargs={"number": number})
    except NoReverseMatch:
        # The number has signs in it that no address can have.
        return ""


def document_html(kind: str, number: str, text: str = "") -> SafeString:
    """The document's number, linked to its page where there is one."""
    url, shown = document_url(kind, number), wrapped_html(text or number)
    if not url:
        return format_html('<span class="document">{}</span>', shown)
    return format_html('<a class="document" href="{}">{}</a>', url, shown)

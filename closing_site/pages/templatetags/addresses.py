"""Where a person came from, for pages that say no."""

from django import template
from django.http import HttpRequest

from closing_site.pages.addresses import referred_from

register = template.Library()


@register.simple_tag
def came_from(request: HttpRequest | None) -> str:
    """An error's page is drawn without a request where that is what broke."""
    return referred_from(request) if request else "/"

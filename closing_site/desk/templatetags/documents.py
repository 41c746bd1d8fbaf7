"""Tags of documents' pages, for ``{% load documents %}``."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context

from closing_site.desk.documents.actions import offered_above

register = template.Library()


@register.inclusion_tag("documents/actions.html", takes_context=True)
def list_actions(context: Context) -> Mapping[str, Any]:
    """The buttons above a list: those that ``document_actions.py`` names for its URL."""
    request = context["request"]
    name = request.resolver_match.view_name
    return {"actions": list(offered_above(name, request.membership))}

"""What other floors add to a document's page: the sales of a product, what a customer owes.

Each app says in ``sections.py``: ``SECTIONS = {"customer": [latest_orders]}``, kind → functions of
(request, document) that give a section, or None where there is nothing to show.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from closing_site.companies.access import CompanyRequest
from closing_site.declared import declared


@dataclass(frozen=True)
class Section:
    """``template`` is shown with ``section`` and the page's context.."""

    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    more_url: str = ""
    more_text: str | Promise = ""


Make = Callable[[CompanyRequest, Any], Section | None]


def sections_of(kind: str, request: CompanyRequest, document: Any) -> list[Section]:
    makers: list[Make] = [
        make for by_kind in declared("sections", "SECTIONS") for make in by_kind.get(kind, ())
    ]
    return [section for make in makers if (section := make(request, document))]

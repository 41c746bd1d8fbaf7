from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views.generic import View

from closing_site.companies.navigation import NAVIGATION
from closing_site.companies.policy import POLICY, rule_for

Patterns = list[URLPattern | URLResolver]


def names(patterns: Patterns, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from names(pattern.url_patterns, inner)
        else:
            # A page without a name cannot be listed, unless its whole namespace is.
            yield ":".join([*namespaces, pattern.name or ""])


def unlisted(patterns: Patterns) -> list[str]:
    return [name for name in names(patterns) if rule_for(name) is None]


def test_every_page_has_a_rule() -> None:
    assert unlisted(get_resolver().url_patterns) == []


def test_a_page_without_a_rule_is_found() -> None:
    added: Patterns = [path("new/", View.as_view(), name="new"), path("nameless/", View.as_view())]
    assert unlisted(get_resolver().url_patterns + added) == ["new", ""]


def test_every_rule_is_of_a_page_that_there_is() -> None:
    there_are = set(names(get_resolver().url_patterns))
    namespaces = {f"{name.rpartition(':')[0]}:*" for name in there_are}
    assert set(POLICY) <= there_are | namespaces


def test_what_the_head_offers_has_a_rule() -> None:
    assert [name for name in NAVIGATION if rule_for(name) is None] == []

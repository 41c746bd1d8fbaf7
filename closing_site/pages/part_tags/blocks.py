"""The blocks that a page is made of, each drawn by a template of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.inclusion_tag("parts/figures.html")
def figures(figures: Sequence[Any]) -> dict[str, Any]:
    """``{% figures figures %}``: closing_site.pages.figures.Figure, as cards."""
    return {"figures": figures}


@register.inclusion_tag("parts/findings.html", takes_context=True)
def findings(
    context: Context, groups: Sequence[Any], actions: str = "", is_past: bool = False
) -> dict[str, Any]:
    """``{% findings groups "wizard/finding_actions.html" %}``: findings by check; the template
    named stands behind each, with ``finding`` and the page's context. ``is_past``: they are
    history, and nothing is advised."""
    page: dict[str, Any] = {str(key): value for key, value in context.flatten().items()}
    return {**page, "groups": groups, "actions": actions, "is_past": is_past}


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


@register.simple_block_tag
def table_sheet(
    content: SafeString,
    name: str,
    title: str,
    *heads: str,
    numbers: str = "",
    note: str = "",
    empty: str = "",
    classes: str = "",
    has_actions: bool = False,
) -> str:
    """``{% table_sheet "queues" _("Queues") _("Queue") _("Queued") numbers="2" %}`` rows
    ``{% endtable_sheet %}``: a sheet with a heading and a table, or ``empty`` where there is no
    row. ``numbers``: places of columns of numbers; ``has_actions``: one more column, of buttons."""
    places = set(numbers.split())
    return render_to_string(
        "parts/table_sheet.html",
        {
            "name": name,
            "title": title,
            "heads": [(head, str(place) in places) for place, head in enumerate(heads, start=1)],
            "rows": content if content.strip() else "",
            "note": note,
            "empty": empty,
            "classes": classes,
            "has_actions": has_actions,
        },
    )

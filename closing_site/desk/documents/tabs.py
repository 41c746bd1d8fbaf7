"""Tabs above a list: the lists beside it."""

from typing import Any

from django.urls import reverse


def tabs(here: str, **titles: str) -> list[dict[str, Any]]:
    """``tabs("order_list", order_list=_("Orders"), …)``: name of the URL → its title."""
    return [
        {"url": reverse(name), "title": title, "is_current": name == here, "count": None}
        for name, title in titles.items()
    ]

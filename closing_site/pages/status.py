"""Badges: a colour and a word for each state; the word alone says enough."""

from functools import lru_cache
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

#: Tones, by what a state asks of the reader.
TONES: Final = ("quiet", "info", "good", "wait", "bad")

#: A state's slug → its tone; what is not here is quiet. The words come from the caller.
OF_STATE: Final = {
    "open": "info",
    "draft": "quiet",
    "confirmed": "good",
    "delivered": "good",
    "accepted": "good",
    "issued": "good",
    "signed": "good",
    "approved": "good",
    "granted": "good",
    "done": "good",
    "paid": "good",
    "settled": "good",
    "matched": "good",
    "active": "good",
    "acknowledged": "good",
    "locked": "quiet",
    "cancelled": "quiet",
    "closed": "quiet",
    "running": "info",
    "ready": "info",
    "partial": "wait",
    "part_paid": "wait",
    "part_delivered": "wait",
    "waiting": "wait",
    "requested": "wait",
    "held": "wait",
    "held_back": "wait",
    "stale": "wait",
    "warn": "wait",
    "note": "info",
    "block": "bad",
    "failed": "bad",
    "overdue": "bad",
    "refused": "bad",
}


def badge_html(state: str, text: object, tone: str = "") -> SafeString:
    """``state`` is the slug, ``text`` what is read."""
    return _badge(state, str(text), tone or OF_STATE.get(state, "quiet"))


@lru_cache(maxsize=512)
def _badge(state: str, text: str, tone: str) -> SafeString:
    return format_html('<span class="badge-state tone-{} state-{}">{}</span>', tone, state, text)

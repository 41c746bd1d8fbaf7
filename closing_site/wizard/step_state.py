"""How one step of a month stands."""

from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _


class StepState(Enum):
    """Its value is the badge's slug, its label what is read."""

    NOT_BEGUN = "not_begun", _("not begun"), "quiet"
    RUNNING = "running", _("running"), "info"
    BLOCKED = "block", _("blocked"), "bad"
    TO_ANSWER = "warn", _("to be answered"), "wait"
    #: Nothing is wrong: what is left is for the step's own run.
    TO_RUN = "to_run", _("ready to run"), "info"
    READY = "ready", _("ready to sign"), "info"
    SIGNED = "signed", _("signed off"), "good"
    #: Something was written since it was counted: whether it is still as signed, counting says.
    MAY_BE_OLD = "may-be-old", _("signed, to be counted again"), "wait"
    STALE = "stale", _("stale"), "wait"

    def __init__(self, slug: str, label: Any, tone: str) -> None:
        self.slug, self.label, self.tone = slug, label, tone

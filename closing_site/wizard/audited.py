"""The columns of the close that the audit keeps, in words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from closing_site.desk.models import Severity
from closing_site.desk.registry import title_of
from closing_site.wizard.steps import all_steps


def _step(slug: str) -> str:
    return next((gettext(step.title) for step in all_steps() if step.slug == slug), slug)


def _severities(chosen: Mapping[str, str]) -> str:
    words = dict(Severity.choices)
    return "; ".join(f"{title_of(slug)}: {words.get(one, one)}" for slug, one in chosen.items())


def _checks(slugs: Iterable[str]) -> str:
    return "; ".join(title_of(slug) for slug in slugs) or gettext("none")


COLUMNS: Final[dict[str, Any]] = {
    "step": (_("Step"), _step),
    "check_slug": (_("Check"), title_of),
    "severities": (_("Checks"), _severities),
    "holding_checks": (_("Hold orders until answered"), _checks),
    "cut_off_at": _("Cut-off"),
    "time_zone": _("Time zone"),
}

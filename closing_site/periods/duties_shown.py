"""What a seal says of who did what, in words: reviews, and that one person did both."""

from datetime import datetime

from django.utils.translation import gettext

from closing_site.pages.formats import day_text
from closing_site.periods.models import Seal


def review_texts(seal: Seal) -> list[str]:
    """Each review: whose part, by whom, when."""
    said = gettext("%(user)s's part, by %(reviewer)s, %(at)s")
    return [
        said
        % {
            "user": review["prepared_by"],
            "reviewer": review["reviewed_by"],
            "at": day_text(datetime.fromisoformat(review["reviewed_at"])),
        }
        for review in seal.details.get("reviews", [])
    ]


def deputy_texts(seal: Seal) -> list[str]:
    """Whom the approver stood in for, until when and why."""
    return [
        f"{one['user']} ({one['until']}): {one['reason']}"
        for one in seal.details.get("deputy_of", [])
    ]


def single_person_text(seal: Seal) -> str:
    """Since when and why; empty where two people were needed."""
    found = seal.details.get("single_person")
    return f"{found['since']}: {found['reason']}" if found else ""

"""The seal of a locked month as a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from closing_site.periods import sealing
from closing_site.periods.days_left import early_text
from closing_site.periods.duties_shown import deputy_texts, review_texts, single_person_text
from closing_site.periods.models import Period, Seal
from closing_site.periods.querysets import seals_of
from closing_site.wizard.pressed import pressed
from reports.month_words import SEALED


@dataclass(frozen=True)
class ShownSeal:
    """``is_whole``: its digest is that of its content, and is signed with the key of this place.
    ``locked_by``: who pressed the lock, which the seal itself does not name."""

    seal: Seal
    is_whole: bool
    documents: Sequence[tuple[str, int, str]]
    older: Sequence[Seal]
    locked_by: str

    @property
    def early(self) -> str:
        """How many days of the month were left; empty where it had ended."""
        return early_text(self.seal)

    @property
    def single_person(self) -> str:
        return single_person_text(self.seal)

    @property
    def deputy_of(self) -> list[str]:
        return deputy_texts(self.seal)

    @property
    def reviews(self) -> list[str]:
        return review_texts(self.seal)


def shown_seal(period: Period, seals: Sequence[Seal] | None = None) -> ShownSeal:
    """The seal the month is under, and those it had before it was reopened. ``seals``: all of them,
    where they were asked for already."""
    last, *older = seals_of(period) if seals is None else seals
    is_signed = sealing.is_signed(last.digest, last.signature, sealing.public_key())
    return ShownSeal(
        seal=last,
        is_whole=is_signed and sealing.digest_of(last) == last.digest,
        documents=[
            (_(SEALED.get(kind, kind)), held["count"], held["digest"] or "")
            for kind, held in sorted(last.documents.items(), key=lambda item: _place(item[0]))
        ],
        older=older,
        locked_by=next(iter(pressed(period)["locked"]), ""),
    )


def _place(kind: str) -> int:
    """Along the way of a sale; a kind of an older version last."""
    known = list(SEALED)
    return known.index(kind) if kind in known else len(known)

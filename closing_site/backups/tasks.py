"""The nightly backup, where the installation names a folder for it."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from closing_site.acting import origin_of
from closing_site.backups.installation import forget
from closing_site.backups.making import make_backup
from closing_site.placing import HOME, are_placed, here
from closing_site.queues import PAPERS

PREFIX = "closing-"
DAYS_KEPT, ERRORS_KEPT = 31, 10_000


#: Home half an hour later than the others: it then knows every person whom they name.
NIGHTLY = "37 2 * * *" if are_placed() and here() == HOME else "7 2 * * *"


@app.periodic(cron=NIGHTLY)
@app.task(queueing_lock="back_up_nightly", queue=PAPERS)
def back_up_nightly(timestamp: int) -> None:
    """Makes today's file, unless it is there; then deletes those beyond the number to keep."""
    folder = settings.CLOSING_BACKUP_DIR
    if folder is None:
        return
    prefix = PREFIX if here() == HOME else f"{PREFIX}{here()}-"
    path = folder / f"{prefix}{timezone.now():%Y-%m-%d}.backup"
    with origin_of("schedule:back_up_nightly"):
        if not path.exists():
            make_backup(path)
    for old in _beyond(folder, prefix, settings.CLOSING_BACKUP_KEEP):
        old.unlink(missing_ok=True)


@app.periodic(cron="37 2 * * *")
@app.task(queueing_lock="forget_what_was_observed")
def forget_what_was_observed(timestamp: int) -> None:
    """Errors and slow statements are kept for a month, and no flood of errors fills the disk."""
    forget(timezone.now() - timedelta(days=DAYS_KEPT), ERRORS_KEPT)


def _beyond(folder: Path, prefix: str, keep: int) -> list[Path]:
    """Our own nightly files but the newest ones; the day in their name orders them."""
    return sorted(folder.glob(f"{prefix}????-??-??.backup"))[:-keep]

"""The nightly backup, where the installation names a folder for it."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from closing_site.acting import origin_of
from closing_site.backups.making import make_backup
from closing_site.queues import PAPERS

PREFIX = "closing-"


@app.periodic(cron="7 2 * * *")
@app.task(queueing_lock="back_up_nightly", queue=PAPERS)
def back_up_nightly(timestamp: int) -> None:
    """Makes today's file, unless it is there; then deletes those beyond the number to keep."""
    folder = settings.CLOSING_BACKUP_DIR
    if folder is None:
        return
    path = folder / f"{PREFIX}{timezone.now():%Y-%m-%d}.backup"
    with origin_of("schedule:back_up_nightly"):
        if not path.exists():
            make_backup(path)
    for old in _beyond(folder, settings.CLOSING_BACKUP_KEEP):
        old.unlink(missing_ok=True)


def _beyond(folder: Path, keep: int) -> list[Path]:
    """Our own nightly files but the newest ones; the day in their name orders them."""
    return sorted(folder.glob(f"{PREFIX}????-??-??.backup"))[:-keep]

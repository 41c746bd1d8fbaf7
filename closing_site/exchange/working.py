"""An upload looked through or written, by the worker."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import translation

from closing_site.companies.models import User
from closing_site.desk.models import Run
from closing_site.desk.progress import watched
from closing_site.exchange.attaching import UPLOADED, attached
from closing_site.exchange.importing import import_path
from closing_site.exchange.outcome import keep_refusal, keep_report
from closing_site.exchange.uploads import (
    PREVIEW,
    SKIPPING,
    chosen_of,
    missing_lines_answer,
    options_of,
)
from closing_site.refusals import Refusal


def work_through(run: Run) -> None:
    """Refused, it says so on the run. Killed, it is begun anew: what is written is written once."""
    by = User.objects.get(username=run.started_by)
    company = run.company
    with translation.override(by.language or company.language), TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with watched(None, run.kind, by.username, run=run.pk) as progress, transaction.atomic():
                for file in attached(run, UPLOADED):
                    (folder / Path(file.name).name).write_bytes(bytes(file.content))
                report = import_path(
                    company=company,
                    path=folder,
                    is_dry_run=run.kind == PREVIEW,
                    skips_bad_rows=run.kind == SKIPPING,
                    keeps_bad_rows=True,
                    chosen=chosen_of(run),
                    missing_lines=missing_lines_answer(run),
                    **options_of(run),
                    progress=progress,
                    by=by.username,
                )
                keep_report(run, report, folder, by)
        except Refusal as refusal:
            # The run has failed and says why.
            keep_refusal(run, refusal, by)

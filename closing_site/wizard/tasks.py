"""Runs in the background: thin wrappers over the actions that ``close_period`` uses."""

from django.db import IntegrityError
from django.utils import translation
from procrastinate.contrib.django import app
from psycopg.errors import CheckViolation

from closing_site.acting import PERSON, origin_of
from closing_site.companies.models import User
from closing_site.desk.models import Run, RunState
from closing_site.desk.progress import watched
from closing_site.desk.resuming import RESUMED, drop_lost_session
from closing_site.refusals import Refusal
from closing_site.wizard.running import do_run, find_run


@app.task(name="wizard.carry_out", retry=RESUMED)
def carry_out(run: int) -> None:
    """Do a queued run. One that a killed worker or an ended database session left is done again: it
    takes up what is left.

    A refusal is its result, said in the language of who started it; any other error fails the job
    as well.
    """
    drop_lost_session()
    queued = Run.objects.select_related("period__company").get(pk=run)
    if queued.state == RunState.DONE or queued.period is None:
        return
    period, by = queued.period, queued.started_by
    language = User.objects.filter(username=by).values_list("language", flat=True).first()
    step, found = find_run(queued.kind)
    # The worker does what the person started.
    with origin_of(PERSON), translation.override(language or period.company.language):
        try:
            with watched(period, queued.kind, by, queued.pk) as progress:
                do_run(period, step, found, by=by, progress=progress)
        except Refusal:
            return
        except IntegrityError as error:
            if not isinstance(error.__cause__, CheckViolation):
                raise

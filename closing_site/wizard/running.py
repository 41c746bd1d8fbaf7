"""Runs and checks of a step, as a person starts them and the worker does them."""

from django.utils.translation import gettext

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.errors import RunGoesOn
from closing_site.desk.models import Run, RunState
from closing_site.desk.progress import Progress
from closing_site.desk.runs import end_dead_runs, runs_going_on
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period, PeriodStatus
from closing_site.refusals import MonthIsLocked
from closing_site.wizard.checking import ask_checks, check_after_run
from closing_site.wizard.errors import NoSuchRun
from closing_site.wizard.step import Step, StepRun
from closing_site.wizard.steps import all_steps
from closing_site.wizard.stock import keep_month

#: A step's checks alone are a run too, named after the step.
CHECK = "check-"
#: Whoever starts one comes one by one, and sees whether one goes on.
ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended('closing runs', %(company)s))"


def start_run(period: Period, kind: str, *, by: User) -> Run:
    """Queue a run, or a step's checks, for the worker. The job goes with the row, or neither does.

    Raises NoSuchRun, RunGoesOn, MonthIsLocked.
    """
    from closing_site.wizard.tasks import carry_out

    find_run(kind)
    if period.status == PeriodStatus.LOCKED:
        raise MonthIsLocked(period=period.code)
    with acting(by.username):
        take_periods(period)
        sql.execute(ONE_BY_ONE, {"company": period.company_id})
        _require_none_goes_on(period)
        run = Run.objects.create(
            company_id=period.company_id,
            period=period,
            kind=kind,
            started_by=by.username,
            state=RunState.QUEUED,
        )
        carry_out.defer(run=run.pk)
        return run


def _require_none_goes_on(period: Period) -> None:
    """Of the steps' runs: one at a time in a month. Drawing invoices writes no books."""
    end_dead_runs()
    for run in runs_going_on(period.company).filter(period=period):
        if step_of_run(run.kind):
            raise RunGoesOn(user=run.started_by, period=period.code)


def find_run(kind: str) -> tuple[Step, StepRun | None]:
    """Whose it is, and the run itself; None where only the step's checks are asked.

    Raises NoSuchRun.
    """
    for step in all_steps():
        if kind == CHECK + step.slug:
            return step, None
        if found := step.run_named(kind):
            return step, found
    raise NoSuchRun(kind=kind)


def step_of_run(kind: str) -> str:
    """The slug of the step whose run this is; empty for runs that are no step's."""
    try:
        return find_run(kind)[0].slug
    except NoSuchRun:
        return ""


def do_run(period: Period, step: Step, run: StepRun | None, *, by: str, progress: Progress) -> int:
    """The run, its step's checks, and the month counted anew; returns how many documents.

    Raises LawBroken where the month is locked.
    """
    sql.analyze_unknown()
    how_many = run.run(period, by=by, progress=progress) if run else 0
    with acting(by):
        mark = ""
        if run is None:
            mark = ask_checks(period, step)
        elif not step.includes_checks:
            mark = check_after_run(period, step, by=by)
        keep_month(period, checked=step, checked_mark=mark)
    return how_many


def title_of_run(kind: str) -> str:
    """In the reader's language; the kind itself of a run that is no more."""
    try:
        step, run = find_run(kind)
    except NoSuchRun:
        return kind
    if run is None:
        return gettext("Check: %(step)s") % {"step": gettext(step.title)}
    return gettext(run.title)


def told_of_run(run: Run) -> str:
    """What a run that has ended did, in the reader's language."""
    try:
        _step, found = find_run(run.kind)
    except NoSuchRun:
        return ""
    if found is None:
        return gettext("The checks were asked again.")
    return gettext(found.done) % {"count": f"{run.done:,}"}

"""Keeping the queue itself in order. Other background jobs are thin wrappers over actions."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from closing_site.acting import origin_of
from closing_site.companies import audit_chain
from closing_site.companies.lockout import forget_old_attempts
from closing_site.companies.sessions import SessionStore
from closing_site.desk.attachments import delete_old_files
from closing_site.desk.failures import MAX_RETRIES, give_up
from closing_site.desk.idempotency import prune_keys
from closing_site.desk.runs import end_dead_runs

#: Finished jobs are kept this long, to be looked at; failed ones for good.
KEPT_HOURS = 7 * 24


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Queue again what a killed worker had in hand. Jobs resume, so a second start is harmless."""
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts >= MAX_RETRIES:
            await give_up(job)
            continue
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            # One like it is queued already and does the same work: no failure.
            await app.job_manager.finish_job(job, Status.ABORTED, delete_job=False)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="notice_dead_runs")
def notice_dead_runs(timestamp: int) -> None:
    with origin_of("schedule:notice_dead_runs"):
        end_dead_runs()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="chain_audits")
def chain_audits(timestamp: int) -> None:
    """Put what was written into the audit's chain: what is removed after that is found."""
    for company in audit_chain.companies_to_chain():
        audit_chain.chain_audit(company)


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="delete_old_working_files")
def delete_old_working_files(timestamp: int) -> None:
    delete_old_files()


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="forget_ended_sessions")
def forget_ended_sessions(timestamp: int) -> None:
    SessionStore.clear_expired()
    forget_old_attempts()


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_finished_jobs")
async def forget_finished_jobs(timestamp: int) -> None:
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="prune_idempotency_keys")
def prune_idempotency_keys(timestamp: int) -> None:
    with origin_of("schedule:prune_idempotency_keys"):
        prune_keys()

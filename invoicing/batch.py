"""A month's invoices as PDF: drawn by the worker, handed out as one archive."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.models import User
from closing_site.desk.models import Run, RunState
from closing_site.desk.resuming import drop_lost_session
from closing_site.lost_session import is_lost_session
from closing_site.pdf import language_tag
from closing_site.periods.models import Period
from invoicing.drawing import artists, draw_on_cores

#: Invoices of one job: more workers share a month by its jobs.
SHARE = 1000
#: A run that tells nothing for so long has lost its jobs.
LONGEST_SILENCE = timedelta(minutes=10)
#: Documents read from the database at a time.
READ = 50

OF_MONTH = """
    FROM invoicing_invoice AS i
    LEFT JOIN desk_attachment AS a ON a.company_id = i.company_id AND a.document_kind = 'invoice'
        AND a.document_id = i.id AND a.name = i.number || %(suffix)s
    WHERE i.company_id = %(company)s AND i.period_id = %(period)s
"""
TOLD = """
    UPDATE desk_run SET done = done + %(drawn)s, state = 'running', heartbeat_at = now()
    WHERE id = %(run)s AND state IN ('queued', 'running')
"""
#: What was drawn is counted anew where a job ends: one that was killed had told only a part. Until
#: the worker comes to the next one the run is queued: what is said to run and is silent is dead.
ENDED = f"""
    UPDATE desk_run SET done = counted.drawn, heartbeat_at = now(),
        state = CASE WHEN counted.drawn = counted.issued THEN 'done' ELSE 'queued' END,
        finished_at = CASE WHEN counted.drawn = counted.issued THEN now() END
    FROM (SELECT count(a.id) AS drawn, count(*) AS issued {OF_MONTH}) AS counted
    WHERE desk_run.id = %(run)s AND state IN ('queued', 'running')
"""


def run_kind(language: str) -> str:
    return f"invoice_pdfs {language}"


def documents_of(period: Period, language: str) -> tuple[int, int]:
    """How many of the month's invoices are drawn in this language, and how many there are."""
    (row,) = sql.rows(
        f"SELECT count(a.id) AS drawn, count(*) AS issued {OF_MONTH}", _parameters(period, language)
    )
    return row["drawn"], row["issued"]


def last_run(period: Period, language: str) -> Run | None:
    kind = run_kind(language)
    return (
        Run.objects.filter(company=period.company_id, period=period, kind=kind)
        .order_by("-id")
        .first()
    )


def request_invoice_pdfs(period: Period, language: str, *, by: User) -> Run:
    """Have the worker draw what is missing. Asked again before it is done, it is the same run."""
    from invoicing.tasks import draw_invoices  # noqa: PLC0415 (the job calls this module)

    with transaction.atomic():
        sql.value(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(kind)s, %(period)s))",
            {"kind": run_kind(language), "period": period.pk},
        )
        run = last_run(period, language)
        if run and run.state in (RunState.QUEUED, RunState.RUNNING):
            if timezone.now() - run.heartbeat_at < LONGEST_SILENCE:
                return run
            _fail(run, gettext_noop("Nothing was heard of it any more."))
        missing = _missing(period, language)
        drawn, issued = documents_of(period, language)
        run = Run.objects.create(
            company_id=period.company_id,
            period=period,
            kind=run_kind(language),
            started_by=by.username,
            done=drawn,
            total=issued,
            state=RunState.QUEUED if missing else RunState.DONE,
            finished_at=None if missing else timezone.now(),
        )
        for start in range(0, len(missing), SHARE):
            draw_invoices.defer(run=run.pk, invoices=missing[start : start + SHARE])
        return run


def draw_share(run: Run, invoices: list[int], *, is_stopped: Callable[[], bool]) -> None:
    """Draw these invoices of the run's month, where they are not drawn yet."""
    period, language = run.period, run.kind.partition(" ")[2]
    wanted = set(invoices)
    missing = [key for key in _missing(period, language) if key in wanted]
    parameters = {**_parameters(period, language), "run": run.pk}
    try:
        with artists() as pool:
            for drawn in draw_on_cores(
                pool, missing, company=run.company_id, language=language, by=run.started_by
            ):
                sql.execute(TOLD, {**parameters, "drawn": drawn})
                if is_stopped():
                    break
    except Exception as error:
        drop_lost_session()
        if not is_lost_session(error):
            _fail(run, str(error))
        raise
    sql.execute(ENDED, parameters)


def _fail(run: Run, message: str) -> None:
    Run.objects.filter(pk=run.pk).update(
        state=RunState.FAILED, message=message[:300], finished_at=timezone.now()
    )


def archive(period: Period, language: str) -> Iterator[bytes]:
    """A ZIP of what is drawn, piece by piece: a big month is never in memory."""
    parameters = _parameters(period, language)
    keys = sql.rows(f"SELECT a.id {OF_MONTH} AND a.id IS NOT NULL ORDER BY i.number", parameters)
    pieces = _Pieces()
    # PDFs are compressed already.
    with ZipFile(pieces, "w", ZIP_STORED) as file:
        for start in range(0, len(keys), READ):
            some = [row["id"] for row in keys[start : start + READ]]
            for row in sql.rows(
                "SELECT document_number, content, added_at FROM desk_attachment"
                " WHERE id = ANY (%(some)s) ORDER BY document_number",
                {"some": some},
            ):
                name = row["document_number"].replace("/", "_") + ".pdf"
                file.writestr(ZipInfo(name, row["added_at"].timetuple()[:6]), row["content"])
                yield pieces.taken()
    yield pieces.taken()


class _Pieces:
    """A file that is only written to, and gives away what it holds."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def taken(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


def _missing(period: Period, language: str) -> list[int]:
    rows = sql.rows(
        f"SELECT i.id {OF_MONTH} AND a.id IS NULL ORDER BY i.id", _parameters(period, language)
    )
    return [row["id"] for row in rows]


def _parameters(period: Period, language: str) -> dict[str, object]:
    suffix = f".{language_tag(language)}.pdf"
    return {"company": period.company_id, "period": period.pk, "suffix": suffix}

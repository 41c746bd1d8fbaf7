"""Background jobs over invoices."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from closing_site.acting import PERSON, origin_of
from closing_site.desk.models import Run
from closing_site.desk.resuming import RESUMED, drop_lost_session
from closing_site.queues import PAPERS
from invoicing.batch import draw_share


@app.task(pass_context=True, queue=PAPERS, retry=RESUMED)
def draw_invoices(context: JobContext, run: int, invoices: list[int]) -> None:
    """Started again after it was killed, it draws what is still missing."""
    drop_lost_session()
    found = Run.objects.select_related("period").get(pk=run)
    with origin_of(PERSON):
        draw_share(found, invoices, is_stopped=context.should_abort)

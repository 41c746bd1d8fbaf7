"""Background jobs of imports."""

from procrastinate.contrib.django import app

from closing_site.acting import PERSON, origin_of
from closing_site.desk.models import Run
from closing_site.desk.resuming import RESUMED, drop_lost_session
from closing_site.exchange.working import work_through


@app.task(retry=RESUMED)
def import_upload(run: int) -> None:
    drop_lost_session()
    with origin_of(PERSON):
        work_through(Run.objects.select_related("company").get(pk=run))

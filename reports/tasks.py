"""Background jobs of the reports."""

from procrastinate.contrib.django import app

from closing_site.acting import SYSTEM, origin_of
from closing_site.desk.resuming import RESUMED, drop_lost_session
from closing_site.periods.models import Seal
from closing_site.queues import PAPERS
from reports.pack import keep_pack, render_requested


@app.task(queue=PAPERS, retry=RESUMED)
def render_pack(seal: int, language: str = "", run: int | None = None) -> None:
    drop_lost_session()
    related = ("company", "period", "previous__period", "sealed_by", "approved_by")
    with origin_of(SYSTEM):
        found = Seal.objects.select_related(*related).get(pk=seal)
        if run is None:
            keep_pack(found, language)
        else:
            render_requested(found, language or found.company.language, run)

"""Background jobs of the reports."""

from procrastinate.contrib.django import app

from closing_site.acting import SYSTEM, origin_of
from closing_site.desk.resuming import RESUMED, drop_lost_session
from closing_site.periods.models import Seal
from reports.pack import keep_pack


@app.task(retry=RESUMED)
def render_pack(seal: int) -> None:
    drop_lost_session()
    with origin_of(SYSTEM):
        keep_pack(
            Seal.objects.select_related("previous__period", "sealed_by", "approved_by").get(pk=seal)
        )

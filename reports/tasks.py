"""Background jobs of the reports."""

from procrastinate.contrib.django import app

from closing_site.periods.models import Seal
from reports.pack import keep_pack


@app.task
def render_pack(seal: int) -> None:
    keep_pack(
        Seal.objects.select_related("previous__period", "sealed_by", "approved_by").get(pk=seal)
    )

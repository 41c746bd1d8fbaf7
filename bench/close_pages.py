"""The pages of a month's close, as finance opens them when every step is signed."""

import time
from functools import partial

from bench.books import PREPARER, Month
from bench.papers import asked_by
from closing_site.wizard.asked import LOCK
from closing_site.wizard.steps import all_steps
from closing_site.wizard.views.month import month as month_view
from closing_site.wizard.views.step import step as step_view


def open_pages(month: Month) -> int:
    """Opens each once, and prints how many milliseconds each took."""
    request = asked_by(PREPARER, month)
    where = month.company.code, month.period.code
    pages = {"overview": partial(month_view, request, *where)}
    for slug in (*(step.slug for step in all_steps()), LOCK):
        pages[slug] = partial(step_view, request, *where, slug)
    for name, opened in pages.items():
        begun = time.perf_counter()
        assert opened().status_code == 200
        print(f"{name} {(time.perf_counter() - begun) * 1000:.0f}", end=" ", flush=True)
    print()
    return len(pages)

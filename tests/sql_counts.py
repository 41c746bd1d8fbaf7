"""How many statements a page may run: pinned in ``sql_counts.json``, whatever the page shows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

PINNED = Path(__file__).with_suffix(".json")


@contextmanager
def assert_sql_count(page: str) -> Iterator[None]:
    allowed = json.loads(PINNED.read_text())[page]
    with CaptureQueriesContext(connection) as captured:
        yield
    statements = "\n".join(query["sql"] for query in captured.captured_queries)
    assert len(captured) == allowed, f"{page} ran {len(captured)}, pinned {allowed}:\n{statements}"

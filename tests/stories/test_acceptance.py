"""The customer's acceptance: it decides the month where the company asks for it."""

from pathlib import Path

import pytest

from closing_site.companies.models import Company
from tests.stories.books import (
    LINES,
    ORDERS,
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    require_integrity,
    sales,
    view,
)

ORDER = f"{ORDERS}\nS1,ACME,2025-01-08,2025-01-10,delivered,1"


@pytest.mark.django_db(transaction=True)
def test_where_acceptance_is_asked_for_it_decides_the_month(tmp_path: Path) -> None:
    open_company()
    Company.objects.update(requires_acceptance=True)
    import_parties(tmp_path)
    import_files(
        tmp_path,
        orders=f"{ORDERS},accepted_on\nS1,ACME,2025-01-08,2025-01-10,delivered,1,2025-02-03\n"
        "S2,ACME,2025-01-08,2025-01-11,delivered,1,2025-01-15\n"
        "S3,ACME,2025-01-08,2025-01-12,delivered,1,",
        order_lines=f"{LINES}\nS1,1,TEA,1,119.00,19\nS2,1,TEA,1,11.90,19\nS3,1,TEA,1,1.19,19",
    )
    names = "orders_confirmed orders_deferred orders_open gross"
    assert tuple(part(close("2025-01"), names).values()) == (1, 0, 0, "11.90")
    assert tuple(part(close("2025-02"), names).values()) == (1, 0, 0, "119.00")
    assert view("SELECT supplied_on, issued_on FROM v_invoices ORDER BY number") == [
        ("2025-01-15", "2025-01-15"),
        ("2025-02-03", "2025-02-03"),
    ]
    assert findings("2025-02", "prior-period-supply") == []
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_where_acceptance_is_not_asked_for_its_lack_is_a_note(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **sales("S1 ACME 2025-01-10 119.00"))
    close("2025-01")
    assert findings("2025-01", "not-accepted") == [("not-accepted", "order:S1", "119")]

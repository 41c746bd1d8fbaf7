"""A temporary table of the serving role must not stand in for one that a law reads."""

from datetime import date

import pytest
from django.db import connection

from closing_site.companies.actions import create_company
from closing_site.periods.actions import ensure_periods
from closing_site.periods.models import Period


@pytest.mark.django_db
def test_a_temporary_table_does_not_stand_in_for_the_periods() -> None:
    company = create_company(
        code="X",
        name="X",
        currency="USD",
        country="US",
        first_day=date(2026, 1, 1),
        by="test",
    )
    ensure_periods(company, date(2026, 1, 1))
    period = Period.objects.get(company=company)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE periods_period AS SELECT * FROM periods_period")
        cursor.execute("UPDATE pg_temp.periods_period SET status = 'locked'")
        cursor.execute(
            "SELECT closing_require_open(ARRAY[%s::bigint], 'test', 'test')", [period.pk]
        )
        cursor.execute("DROP TABLE pg_temp.periods_period")


@pytest.mark.django_db
def test_every_function_with_the_owners_rights_looks_there_last() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        )
        functions = cursor.fetchall()
    assert functions
    for name, settings in functions:
        assert settings[0] == "search_path=pg_catalog, public, pg_temp", name
        assert all(not s.startswith("search_path") for s in settings[1:]), name

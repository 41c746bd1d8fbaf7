"""What the SQL of checks and runs may ask for of a month."""

from closing_site.periods.models import Period


def period_parameters(period: Period) -> dict[str, object]:
    return {
        "company": period.company_id,
        "period": period.pk,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
    }

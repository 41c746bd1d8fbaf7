"""By what of this floor an exchange rate may be used already: why it is not corrected any more, and
SQL that tells by which of the company's rows the rate ``s`` is used."""

from django.utils.translation import gettext_noop

RATES_USED = [
    (
        gettext_noop("%(currency)s of %(day)s stays %(before)s: the day lies in %(by)s, locked."),
        """
        SELECT p.code FROM periods_period AS p
        WHERE p.company_id = %(company)s AND p.status = 'locked'
            AND s.date BETWEEN p.starts_on AND p.ends_on
        """,
    )
]

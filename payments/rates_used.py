"""By what of this floor an exchange rate may be used already: why it is not corrected any more, and
SQL that tells by which of the company's rows the rate ``s`` is used."""

from django.utils.translation import gettext_noop

RATES_USED = [
    (
        gettext_noop("%(currency)s of %(day)s stays %(before)s: payment %(by)s has used it."),
        """
        (SELECT p.reference FROM payments_payment AS p
        WHERE p.company_id = %(company)s AND p.currency = s.currency
            AND p.received_on >= s.date AND (s.next_date IS NULL OR p.received_on < s.next_date)
        ORDER BY p.received_on LIMIT 1)
        """,
    )
]

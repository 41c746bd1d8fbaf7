"""By what of this floor an exchange rate may be used already: why it is not corrected any more, and
SQL that tells by which of the company's rows the rate ``s`` is used."""

from django.utils.translation import gettext_noop

RATES_USED = [
    (
        gettext_noop("%(currency)s of %(day)s stays %(before)s: invoice %(by)s has used it."),
        """
        (SELECT i.number FROM invoicing_invoice AS i
        WHERE i.company_id = %(company)s AND i.currency = s.currency AND i.number IS NOT NULL
            AND i.issued_on >= s.date AND (s.next_date IS NULL OR i.issued_on < s.next_date)
        ORDER BY i.issued_on LIMIT 1)
        """,
    )
]

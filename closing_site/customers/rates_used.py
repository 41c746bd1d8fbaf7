"""By what of this floor an exchange rate may be used already: why it is not corrected any more, and
SQL that tells by which of the company's rows the rate ``s`` is used."""

from django.utils.translation import gettext_noop

RATES_USED = [
    (
        gettext_noop("%(currency)s of %(day)s stays %(before)s: opening item %(by)s has used it."),
        """
        SELECT min(i.number) FROM customers_openitem AS i
        WHERE i.company_id = %(company)s AND i.currency = s.currency AND i.document_id = 0
            AND i.issued_on >= s.date AND (s.next_date IS NULL OR i.issued_on < s.next_date)
        HAVING count(*) > 0
        """,
    )
]

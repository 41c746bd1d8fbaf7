"""What of this floor no exchange file holds. Data."""

from closing_site.exported import Exported, NotCarried

EXPORTED: tuple[Exported, ...] = ()
NOT_CARRIED = (
    NotCarried("seals", "SELECT count(*) FROM periods_seal WHERE company_id = %(company)s"),
    NotCarried("sign_offs", "SELECT count(*) FROM periods_signoff WHERE company_id = %(company)s"),
)

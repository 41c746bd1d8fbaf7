"""What of this floor export_data writes. Data."""

from closing_site.companies.kinds import EXCHANGE_RATES
from closing_site.exported import NotCarried, exported

EXPORTED = (
    exported(
        EXCHANGE_RATES,
        {"date": "r.valid_from", "currency": "r.currency", "rate": "r.rate"},
        """FROM companies_exchangerate AS r WHERE r.company_id = %(company)s
        ORDER BY r.valid_from, r.currency""",
    ),
)
NOT_CARRIED = (
    NotCarried(
        "members", "SELECT count(*) FROM companies_membership WHERE company_id = %(company)s"
    ),
    NotCarried(
        "audit_entries",
        "SELECT count(*) FROM companies_auditentry WHERE company_id = %(company)s",
    ),
    NotCarried(
        "code_changes", "SELECT count(*) FROM companies_codechange WHERE company_id = %(company)s"
    ),
)

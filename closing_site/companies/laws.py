"""The audit is append-only; who may do what, and the company's policies, leave a trace."""

from closing_site.laws import Audited, Immutable

LAWS = [
    Immutable("companies_auditentry", law="law_13", says="is the audit: it only grows"),
    Audited(
        "companies_company",
        kind="company",
        number="r.code",
        columns=(
            *("code", "name", "currency", "country", "language", "time_zone", "tax_id", "address"),
            *("bank", "requires_acceptance", "default_tax_rate", "zero_category", "severities"),
            *("name_zh", "first_day", "invoice_prefix", "credit_note_prefix"),
        ),
        inserted="created",
        updated="changed",
        company="r.id",
    ),
    Audited(
        "companies_membership",
        kind="membership",
        number="(SELECT username FROM companies_user WHERE id = r.user_id)",
        columns=("user_id", "role"),
        inserted="added",
        updated="changed",
        deleted="removed",
    ),
    Audited(
        "companies_exchangerate",
        kind="exchange_rate",
        number="r.currency || ' ' || r.valid_from",
        columns=("rate",),
        inserted="recorded",
        updated="changed",
        deleted="deleted",
    ),
]

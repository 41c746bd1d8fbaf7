"""Who may open which page: the name of its URL → its rule. What is not listed is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from closing_site.companies.models import Role

EVERY_ROLE: Final = frozenset(Role)
#: A rep sees their own orders only, and so no sum over all.
WHOLE_BOOKS: Final = EVERY_ROLE - {Role.SALES_REP}
FINANCE: Final = frozenset({Role.FINANCE})
ADMIN: Final = frozenset({Role.ADMIN})
#: A cashier reads the books and records receipts: no allocation, deduction, write-off, voucher.
RECEIVING: Final = frozenset({Role.FINANCE, Role.CASHIER})
#: Reps enter their own orders; whose an order is, and until when, the actions say.
ENTERING: Final = frozenset({Role.FINANCE, Role.SALES_REP})
#: Whoever prepares the close, and reps their own orders.
DEFERRING: Final = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN, Role.SALES_REP})
FINANCE_AND_ABOVE: Final = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN})
#: Who approves what another prepared.
APPROVING: Final = frozenset({Role.MANAGER, Role.ADMIN})


class Access(Enum):
    """Rules that ask for no role in a company."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    #: Django's own flag: people who support the installation, in /admin/.
    STAFF = "staff"


@dataclass(frozen=True)
class Roles:
    """A page of one company: who reads it (GET), and who changes something with it (the rest)."""

    read: frozenset[Role] = EVERY_ROLE
    write: frozenset[Role] = frozenset()
    #: Whether changing something asks for the password again, where it was given a while ago.
    asks_password: bool = False


Rule = Access | Roles

#: A name that ends in ``:*`` stands for a whole namespace.
POLICY: Final[Mapping[str, Rule]] = {
    "healthz": Access.PUBLIC,
    "livez": Access.PUBLIC,
    # It asks for a token itself.
    "metrics": Access.PUBLIC,
    "sign_in": Access.PUBLIC,
    "sign_in_code": Access.PUBLIC,
    "sign_out": Access.SIGNED_IN,
    "confirm_password": Access.SIGNED_IN,
    "switch_language": Access.PUBLIC,
    "switch_theme": Access.SIGNED_IN,
    "choose_columns": Access.SIGNED_IN,
    "choose_period": Roles(write=EVERY_ROLE),
    "parts": Access.STAFF,
    # It spans companies, so no role in one of them opens it.
    "installation": Access.STAFF,
    # It writes nothing of a company; of one without a role in it nothing is found.
    "choose_company": Access.SIGNED_IN,
    "home": Access.SIGNED_IN,
    "invoice_pdf": Roles(),
    "invoice_files": Roles(read=WHOLE_BOOKS, write=FINANCE_AND_ABOVE),
    "invoice_files_progress": Roles(read=WHOLE_BOOKS),
    "invoice_archive": Roles(read=WHOLE_BOOKS),
    "reports": Roles(read=WHOLE_BOOKS),
    "reports_of_month": Roles(read=WHOLE_BOOKS),
    "report": Roles(read=WHOLE_BOOKS),
    "report_file": Roles(read=WHOLE_BOOKS),
    "report_pack": Roles(read=WHOLE_BOOKS),
    "report_packs": Roles(write=FINANCE_AND_ABOVE),
    "report_pack_progress": Roles(read=WHOLE_BOOKS),
    "old_pack": Roles(read=WHOLE_BOOKS),
    "wizard_months": Roles(read=WHOLE_BOOKS),
    "wizard_month": Roles(read=WHOLE_BOOKS),
    "wizard_step": Roles(read=WHOLE_BOOKS),
    "wizard_findings": Roles(read=WHOLE_BOOKS),
    "wizard_progress": Roles(read=WHOLE_BOOKS),
    "wizard_count": Roles(write=FINANCE_AND_ABOVE),
    "wizard_run": Roles(read=FINANCE_AND_ABOVE, write=FINANCE_AND_ABOVE),
    "wizard_sign": Roles(write=FINANCE_AND_ABOVE),
    "wizard_answer": Roles(read=FINANCE_AND_ABOVE, write=FINANCE_AND_ABOVE),
    "wizard_keep_answers": Roles(write=FINANCE_AND_ABOVE),
    "wizard_ask_for_lock": Roles(write=FINANCE_AND_ABOVE),
    "wizard_withdraw": Roles(write=FINANCE_AND_ABOVE),
    "wizard_withdraw_reopening": Roles(write=FINANCE_AND_ABOVE),
    "wizard_review": Roles(write=FINANCE_AND_ABOVE),
    "wizard_decide_lock": Roles(write=APPROVING, asks_password=True),
    "wizard_estimate": Roles(read=APPROVING, write=APPROVING),
    "wizard_lock_now": Roles(write=FINANCE_AND_ABOVE, asks_password=True),
    "wizard_reopen": Roles(read=WHOLE_BOOKS, write=FINANCE_AND_ABOVE, asks_password=True),
    "wizard_decide_reopening": Roles(write=APPROVING, asks_password=True),
    "posting_hint": Roles(),
    "suggest_customers": Roles(read=ENTERING | RECEIVING),
    "suggest_products": Roles(read=ENTERING),
    "customer_new": Roles(read=FINANCE, write=FINANCE),
    "customer_change": Roles(read=FINANCE, write=FINANCE),
    "exchange_rates": Roles(read=WHOLE_BOOKS),
    "exchange_rate_new": Roles(read=FINANCE, write=FINANCE),
    "product_new": Roles(read=FINANCE, write=FINANCE),
    "product_change": Roles(read=FINANCE, write=FINANCE),
    "tax_rates": Roles(read=WHOLE_BOOKS),
    "tax_rate_new": Roles(read=FINANCE, write=FINANCE),
    "tax_rate_change": Roles(read=FINANCE, write=FINANCE),
    "code_changes": Roles(read=WHOLE_BOOKS),
    "code_change": Roles(read=FINANCE, write=FINANCE),
    "customer_code_change": Roles(read=FINANCE, write=FINANCE),
    "my_orders": Roles(read=frozenset({Role.SALES_REP})),
    "order_new": Roles(read=ENTERING, write=ENTERING),
    "order_totals": Roles(read=frozenset(), write=ENTERING),
    "order_change": Roles(read=ENTERING, write=ENTERING),
    "order_cancel": Roles(read=ENTERING, write=ENTERING),
    "order_close": Roles(read=ENTERING, write=ENTERING),
    "order_reopen": Roles(read=ENTERING, write=ENTERING),
    "order_deliver": Roles(read=ENTERING, write=ENTERING),
    "order_deliver_lines": Roles(read=ENTERING, write=ENTERING),
    "order_accept": Roles(read=ENTERING, write=ENTERING),
    "order_undeliver": Roles(read=ENTERING, write=ENTERING),
    "order_take_back": Roles(read=FINANCE, write=FINANCE),
    "order_confirm": Roles(read=ENTERING, write=ENTERING),
    "order_defer": Roles(read=DEFERRING, write=DEFERRING),
    "order_release": Roles(read=DEFERRING, write=DEFERRING),
    "payment_new": Roles(read=RECEIVING, write=RECEIVING),
    "payment_change": Roles(read=RECEIVING, write=RECEIVING),
    "payment_customer": Roles(read=FINANCE, write=FINANCE),
    "payment_place": Roles(read=FINANCE, write=FINANCE),
    "payment_undo": Roles(read=FINANCE),
    "payment_refund": Roles(read=FINANCE, write=FINANCE),
    "credit_note_refund": Roles(read=FINANCE, write=FINANCE),
    "allocation_undo": Roles(read=FINANCE, write=FINANCE),
    "order_list": Roles(),
    "order": Roles(),
    "delivery_list": Roles(),
    "delivery": Roles(),
    "product_list": Roles(),
    "product": Roles(),
    "customer_list": Roles(),
    "customer": Roles(),
    "invoice_list": Roles(),
    "invoice": Roles(),
    "payment_list": Roles(),
    "payment": Roles(),
    "reconciliation": Roles(read=WHOLE_BOOKS),
    "ageing": Roles(read=WHOLE_BOOKS),
    "completeness": Roles(read=WHOLE_BOOKS),
    "open_items": Roles(read=WHOLE_BOOKS),
    "voucher_list": Roles(read=WHOLE_BOOKS),
    "voucher": Roles(read=WHOLE_BOOKS),
    "voucher_file": Roles(read=WHOLE_BOOKS),
    "search": Roles(),
    "attachment": Roles(),
    "imports": Roles(read=WHOLE_BOOKS),
    "import": Roles(read=WHOLE_BOOKS),
    "import_progress": Roles(read=WHOLE_BOOKS),
    "import_file": Roles(read=WHOLE_BOOKS),
    "import_new": Roles(read=FINANCE, write=FINANCE),
    "import_template": Roles(read=FINANCE),
    "import_write": Roles(read=frozenset(), write=FINANCE),
    "import_kinds": Roles(read=frozenset(), write=FINANCE),
    "preferences": Access.SIGNED_IN,
    "second_factor": Access.SIGNED_IN,
    "second_factor_off": Access.SIGNED_IN,
    "recovery_codes": Access.SIGNED_IN,
    "own_sessions": Access.SIGNED_IN,
    "session_end": Access.SIGNED_IN,
    "other_sessions_end": Access.SIGNED_IN,
    "first_password": Access.PUBLIC,
    "members": Roles(read=ADMIN, write=ADMIN),
    "member": Roles(read=ADMIN, write=ADMIN),
    "member_password": Roles(read=frozenset(), write=ADMIN),
    "member_remove": Roles(read=ADMIN, write=ADMIN),
    "member_active": Roles(read=frozenset(), write=ADMIN),
    "deputies": Roles(read=WHOLE_BOOKS),
    "deputy_new": Roles(read=APPROVING, write=APPROVING),
    "deputy_end": Roles(read=APPROVING, write=APPROVING),
    "support": Access.STAFF,
    "support_accesses": Roles(read=WHOLE_BOOKS),
    "support_grant": Roles(read=ADMIN, write=ADMIN, asks_password=True),
    "support_refuse": Roles(read=frozenset(), write=ADMIN),
    "support_end": Roles(read=frozenset(), write=ADMIN),
    "member_invitation": Roles(read=ADMIN),
    "invitation_withdraw": Roles(read=frozenset(), write=ADMIN),
    "invitation": Access.PUBLIC,
    "sales_reps": Roles(read=WHOLE_BOOKS),
    "sales_rep_change": Roles(read=ADMIN, write=ADMIN),
    "sales_rep_new": Roles(read=ADMIN, write=ADMIN),
    "company_settings": Roles(read=WHOLE_BOOKS, write=ADMIN),
    "check_settings": Roles(read=WHOLE_BOOKS, write=ADMIN),
    "cut_offs": Roles(read=WHOLE_BOOKS),
    "cut_off": Roles(read=FINANCE_AND_ABOVE, write=FINANCE_AND_ABOVE),
    "audit": Roles(read=WHOLE_BOOKS),
    "jobs": Roles(read=WHOLE_BOOKS, write=FINANCE_AND_ABOVE),
    "admin_sign_in": Access.PUBLIC,
    "admin_password": Access.STAFF,
    "admin:*": Access.STAFF,
}


def rule_for(name: str) -> Rule | None:
    """The rule of this URL name (``namespace:name``); None where it is not listed."""
    namespace = name.rpartition(":")[0]
    return POLICY.get(name) or POLICY.get(f"{namespace}:*")

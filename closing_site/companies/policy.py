"""Who may open which page: the name of its URL → its rule. What is not listed is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from closing_site.companies.models import Role

EVERY_ROLE: Final = frozenset(Role)
#: A rep sees their own orders only, and so no sum over all.
WHOLE_BOOKS: Final = EVERY_ROLE - {Role.SALES_REP}
FINANCE_AND_ABOVE: Final = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN})


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


Rule = Access | Roles

#: A name that ends in ``:*`` stands for a whole namespace.
POLICY: Final[Mapping[str, Rule]] = {
    "healthz": Access.PUBLIC,
    "sign_in": Access.PUBLIC,
    "sign_out": Access.SIGNED_IN,
    "switch_language": Access.PUBLIC,
    "switch_theme": Access.SIGNED_IN,
    "choose_columns": Access.SIGNED_IN,
    "choose_period": Roles(write=EVERY_ROLE),
    "parts": Access.STAFF,
    "choose_company": Roles(write=EVERY_ROLE),
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
    "old_pack": Roles(read=WHOLE_BOOKS),
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
    "open_items": Roles(read=WHOLE_BOOKS),
    "voucher_list": Roles(read=WHOLE_BOOKS),
    "voucher": Roles(read=WHOLE_BOOKS),
    "search": Roles(),
    "attachment": Roles(),
    "admin:*": Access.STAFF,
}


def rule_for(name: str) -> Rule | None:
    """The rule of this URL name (``namespace:name``); None where it is not listed."""
    namespace = name.rpartition(":")[0]
    return POLICY.get(name) or POLICY.get(f"{namespace}:*")

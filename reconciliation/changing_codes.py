"""Giving a customer or an account in use another code: a dated successor, with a reason."""

from datetime import date
from typing import Any, Final

from django.db.models import Model, Q
from django.utils.translation import gettext, gettext_noop

from closing_site.acting import acting
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import CodeChange, Company, User
from closing_site.customers.models import Customer, OpenItem
from closing_site.free_text import seen_text
from closing_site.pages.formats import number_text
from closing_site.periods.actions import first_open_day, take_order_of_months
from closing_site.periods.reasons import reason_given
from closing_site.recording import require_confirmed
from orders.models import Order
from reconciliation.errors import ChangesBeforeTheOpenMonth, CodeTaken, NoSuchCode
from reconciliation.models import Account, VoucherLine

#: Kind, as ``CodeChange`` names it, → whose code it is.
MODELS: Final[dict[str, type[Model]]] = {"customer": Customer, "account": Account}
WORDS: Final = {"customer": gettext_noop("customer"), "account": gettext_noop("account")}


def change_code(
    *,
    company: Company,
    kind: str,
    old: str,
    new: str,
    valid_from: date,
    reason: str,
    answer: str | None = None,
    by: User,
) -> CodeChange:
    """Change the code of a customer or an account; its documents and entries stay with it.

    Locked months keep the code they were locked with in their reports. A code that another row has
    or had is not given again. Files and forms that name a customer's former code mean the customer.
    ``answer``: to what the change comes to; see require_confirmed.

    Raises NoSuchCode, CodeTaken, ChangesBeforeTheOpenMonth, ReasonNeeded, Unconfirmed, RoleMayNot.
    """
    require_role(company, by.username, ENTERING)
    reason, new = reason_given(reason), seen_text(new).strip()
    rows: Any = MODELS[kind]._default_manager.filter(company=company)
    with acting(by.username):
        take_order_of_months(company.pk)
        row = rows.select_for_update().filter(code=old).first()
        if row is None:
            raise NoSuchCode(kind=gettext(WORDS[kind]), code=old, company=company.code)
        if (first := first_open_day(company)) > valid_from:
            raise ChangesBeforeTheOpenMonth(day=first)
        earlier = CodeChange.objects.filter(company=company, kind=kind).exclude(row_id=row.pk)
        used = rows.exclude(pk=row.pk).filter(code__iexact=new).exists()
        if not new or new == old or used or earlier.filter(_was(new)).exists():
            raise CodeTaken(code=new)
        require_confirmed(_consequences(kind, row, new, valid_from), answer)
        change = CodeChange.objects.create(
            company=company,
            kind=kind,
            row_id=row.pk,
            old_code=old,
            new_code=new,
            valid_from=valid_from,
            reason=reason,
            changed_by=by,
        )
        row.code = new
        row.save(update_fields=["code"])
        return change


def _consequences(kind: str, row: Any, new: str, valid_from: date) -> list[str]:
    """What a person is shown before it is done."""
    says = {"old": row.code, "new": new, "day": valid_from.isoformat(), "name": row.name}
    if kind == "account":
        lines = VoucherLine.objects.filter(company=row.company_id, account=row.pk).count()
        says |= {"lines": number_text(lines)}
        sentences = [
            gettext("Account %(old)s (%(name)s) has the code %(new)s from %(day)s."),
            gettext("Its voucher lines (%(lines)s) stay with it and show the code %(new)s."),
        ]
    else:
        of_customer = {"company": row.company_id, "customer": row.pk}
        orders = Order.objects.filter(**of_customer).count()
        items = OpenItem.objects.filter(**of_customer).count()
        says |= {"orders": number_text(orders), "items": number_text(items)}
        sentences = [
            gettext("Customer %(old)s (%(name)s) has the code %(new)s from %(day)s."),
            gettext(
                "Its orders (%(orders)s) and its invoices, credit notes and payments (%(items)s)"
                " stay with it."
            ),
            gettext("Reports of locked months keep the code %(old)s."),
            gettext("Files and forms that name %(old)s mean %(new)s."),
        ]
    return [sentence % says for sentence in sentences]


def _was(code: str) -> Q:
    return Q(old_code__iexact=code) | Q(new_code__iexact=code)

"""Giving a customer or an account in use another code: a dated successor, with a reason."""

from datetime import date
from typing import Any, Final

from django.db.models import Model, Q

from closing_site.acting import acting
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import CodeChange, Company, User
from closing_site.customers.models import Customer
from closing_site.free_text import seen_text
from closing_site.periods.actions import first_open_day, take_order_of_months
from closing_site.periods.reasons import reason_given
from reconciliation.errors import ChangesBeforeTheOpenMonth, CodeTaken, NoSuchCode
from reconciliation.models import Account

#: Kind, as ``CodeChange`` names it, → whose code it is.
MODELS: Final[dict[str, type[Model]]] = {"customer": Customer, "account": Account}


def change_code(
    *,
    company: Company,
    kind: str,
    old: str,
    new: str,
    valid_from: date,
    reason: str,
    by: User,
) -> CodeChange:
    """Change the code of a customer or an account; its documents and entries stay with it.

    Locked months keep the code they were locked with in their reports. A code that another row has
    or had is not given again.

    Raises NoSuchCode, CodeTaken, ChangesBeforeTheOpenMonth, ReasonNeeded, RoleMayNot.
    """
    require_role(company, by.username, ENTERING)
    reason, new = reason_given(reason), seen_text(new).strip()
    rows: Any = MODELS[kind]._default_manager.filter(company=company)
    with acting(by.username):
        take_order_of_months(company.pk)
        row = rows.select_for_update().filter(code=old).first()
        if row is None:
            raise NoSuchCode(kind=kind, code=old, company=company.code)
        if (first := first_open_day(company)) > valid_from:
            raise ChangesBeforeTheOpenMonth(day=first)
        earlier = CodeChange.objects.filter(company=company, kind=kind).exclude(row_id=row.pk)
        used = rows.exclude(pk=row.pk).filter(code__iexact=new).exists()
        if not new or new == old or used or earlier.filter(_was(new)).exists():
            raise CodeTaken(code=new)
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


def _was(code: str) -> Q:
    return Q(old_code__iexact=code) | Q(new_code__iexact=code)

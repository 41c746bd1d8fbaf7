"""Payments by form, by the rules of the file."""

from django.utils.translation import gettext, gettext_noop

from closing_site.cells import BLANK
from closing_site.companies.members import ENTERING, RECEIVING, require_role
from closing_site.companies.models import Company, Membership, Role, User
from closing_site.customers.kinds import CUSTOMERS
from closing_site.periods.posting import require_not_far_ahead
from closing_site.recording import (
    Given,
    recording,
    refuse,
    require_confirmed,
    require_taken,
    stage_rows,
)
from closing_site.typed import require_listed
from payments.asking import questions_of
from payments.errors import OnlyReceipts
from payments.kinds import PAYMENTS
from payments.models import Payment
from payments.recording import record_payments

EXISTS = gettext_noop("There is a payment %(reference)s already.")


def record_payment(
    *, company: Company, given: Given, answer: str | None = None, by: User
) -> Payment:
    """``given`` has the columns of payments.csv; without a customer it waits in suspense.

    ``answer``: see require_confirmed. Raises NotTaken, Unconfirmed, RoleMayNot, OnlyReceipts,
    LawBroken where its month is being locked.
    """
    reference = (given.get("reference") or "").strip()
    require_role(company, by.username, RECEIVING)
    require_not_far_ahead(company, given.get("received_on"))
    with recording(company.pk, by.username):
        if Payment.objects.filter(company=company, reference=reference).exists():
            reason = gettext(EXISTS) % {"reference": reference}
            raise refuse(PAYMENTS, "reference", reason, reference)
        require_listed(PAYMENTS, given)
        made = _take(company, given, reference)
        _require_receipt(made, by)
        require_confirmed(questions_of(made), answer)
        return made


def change_payment(
    *, payment: Payment, given: Given, answer: str | None = None, by: User
) -> Payment:
    """While nothing is set against it and its month is open.

    ``answer``: see require_confirmed. Raises NotTaken, Unconfirmed, RoleMayNot, OnlyReceipts.
    """
    require_role(payment.company, by.username, RECEIVING)
    if given.get("received_on") != payment.received_on.isoformat():
        require_not_far_ahead(payment.company, given.get("received_on"))
    with recording(payment.company_id, by.username):
        require_listed(PAYMENTS, given, {"currency": payment.currency})
        before = Payment.objects.select_related("customer").get(pk=payment.pk)
        _require_receipt(before, by)
        row = {**given, "reference": payment.reference}
        made = _take(payment.company, row, payment.reference)
        _require_receipt(made, by)
        known = questions_of(before)
        require_confirmed([one for one in questions_of(made) if one not in known], answer)
        return made


def give_customer(*, payment: Payment, code: str, by: User) -> Payment:
    """A payment in suspense is found to be a customer's. Raises NotTaken, RoleMayNot."""
    require_role(payment.company, by.username, ENTERING)
    if not code.strip():
        raise refuse(PAYMENTS, "customer_code", gettext(BLANK))
    given = {
        "customer_code": code,
        "received_on": payment.received_on.isoformat(),
        "amount": f"{payment.amount:f}",
        "method": payment.method,
    }
    return change_payment(payment=payment, given=given, by=by)


def _require_receipt(payment: Payment, by: User) -> None:
    """Money goes out by finance's hand, not by the cashier's alone."""
    cashiers = Membership.objects.filter(company=payment.company_id, role=Role.CASHIER)
    if payment.amount < 0 and cashiers.filter(user=by).exists():
        raise OnlyReceipts(reference=payment.reference)


def _take(company: Company, given: Given, reference: str) -> Payment:
    staged, customers = stage_rows(PAYMENTS, [given]), stage_rows(CUSTOMERS)
    record_payments(company, staged, customers)
    require_taken(staged)
    return Payment.objects.get(company=company, reference=reference)

"""Money received, what it was set against, what will not be paid, and what the bank says."""

from payments.models.bank import BankAccount, BankStatement, BankStatementLine
from payments.models.payments import Payment, PaymentMethod, RefundKind
from payments.models.settling import Allocation, Deduction, DeductionReason

__all__ = [
    "Allocation",
    "BankAccount",
    "BankStatement",
    "BankStatementLine",
    "Deduction",
    "DeductionReason",
    "Payment",
    "PaymentMethod",
    "RefundKind",
]

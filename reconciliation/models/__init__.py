"""The finance records: accounts, vouchers, and each customer's balances at a month's end."""

from reconciliation.models.accounts import Account, AccountRole
from reconciliation.models.balances import CustomerBalance
from reconciliation.models.vouchers import Voucher, VoucherKind, VoucherLine

__all__ = [
    "Account",
    "AccountRole",
    "CustomerBalance",
    "Voucher",
    "VoucherKind",
    "VoucherLine",
]

"""The accounts that a new company starts with."""

from typing import Final, NamedTuple

from closing_site.acting import acting
from closing_site.companies.models import Company
from reconciliation.models import Account, AccountRole


class DefaultAccount(NamedTuple):
    code: str
    name: str
    name_zh: str


#: Codes of 企业会计准则——应用指南, annex 会计科目和主要账务处理; 6702 is of the 2018 revision.
DEFAULT_CHART: Final = {
    AccountRole.CASH: DefaultAccount("1001", "Cash on hand", "库存现金"),
    AccountRole.BANK: DefaultAccount("1002", "Bank deposits", "银行存款"),
    AccountRole.WALLET: DefaultAccount("1012", "Cards and wallets", "其他货币资金"),
    AccountRole.NOTES: DefaultAccount("1121", "Notes receivable", "应收票据"),
    AccountRole.RECEIVABLE: DefaultAccount("1122", "Accounts receivable", "应收账款"),
    AccountRole.ADVANCE: DefaultAccount("2203", "Advances from customers", "预收账款"),
    AccountRole.TAX: DefaultAccount("2221", "Output tax", "应交税费—应交增值税（销项税额）"),
    AccountRole.SUSPENSE: DefaultAccount("2241", "Unidentified receipts", "其他应付款—待核实收款"),
    AccountRole.OPENING: DefaultAccount("4104", "Opening balances", "利润分配—未分配利润（期初）"),
    AccountRole.REVENUE: DefaultAccount("6001", "Sales revenue", "主营业务收入"),
    AccountRole.EXCHANGE: DefaultAccount("6061", "Exchange differences", "汇兑损益"),
    AccountRole.FEES: DefaultAccount("6603", "Finance charges", "财务费用—手续费"),
    AccountRole.DEDUCTION: DefaultAccount("660302", "Deductions allowed", "财务费用—现金折扣"),
    AccountRole.BAD_DEBT: DefaultAccount("6702", "Bad debts", "信用减值损失"),
}


def create_default_chart(company: Company, *, by: str) -> list[Account]:
    """One account for each role, in the order of their codes."""
    with acting(by):
        return Account.objects.bulk_create(
            Account(company=company, role=role, **default._asdict())
            for role, default in DEFAULT_CHART.items()
        )

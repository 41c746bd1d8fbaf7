"""The standard procedure that a new company starts with: every month runs the same list."""

from typing import Final, NamedTuple

from closing_site.acting import acting
from closing_site.companies.models import Company, Role
from closing_site.wizard.models import ProcedureStep


class DefaultStep(NamedTuple):
    """``due_day``: days after the month's end."""

    owner_role: Role
    due_day: int
    instruction: str
    instruction_zh: str


DEFAULT_PROCEDURE: Final = {
    "confirm": DefaultStep(
        Role.FINANCE,
        2,
        "Chase every order that is not delivered or not accepted. Compare description, quantity,"
        " unit price, discount and totals with what was handed over. Look for gaps in the order"
        " numbers and for orders entered twice. Confirm what is delivered and agreed; hold back"
        " the rest with a reason.",
        "逐笔追踪尚未交付或客户尚未验收的订单。将品名、数量、单价、折扣和合计与实际交付核对。"
        "检查订单号是否有断号、订单是否重复录入。已交付且无误的予以确认；其余暂缓，并写明原因。",
    ),
    "invoice": DefaultStep(
        Role.FINANCE,
        3,
        "Invoice every confirmed delivery. Invoices agree with their orders in customer,"
        " description, quantity, price and total, and their numbers go on without a gap. Issue"
        " credit notes for returns and for what was billed wrongly.",
        "对所有已确认的交付开具发票。发票的客户、品名、数量、单价和合计应与订单一致，"
        "发票号连续无断号。退货和开错的发票以红字发票冲销。",
    ),
    "pay": DefaultStep(
        Role.FINANCE,
        4,
        "Record every receipt with date, amount and method, and hold it against the bank"
        " statement. Set receipts against the invoices they pay. Have the customer confirm each"
        " deduction. Find out whose the unidentified receipts are.",
        "登记每笔收款的日期、金额和方式，并与银行对账单核对。将收款与所付发票核销。"
        "每笔扣款须经客户确认。查明待核实收款的付款人。",
    ),
    "reconcile": DefaultStep(
        Role.FINANCE,
        5,
        "Make the vouchers. Hold sales records against finance records: nothing missing, nothing"
        " different. Explain or mend every difference. Prove the receivables of each customer,"
        " and chase what is overdue.",
        "生成凭证。将销售记录与财务记录对账，做到无遗漏、无差异；差异须逐项说明或更正。"
        "逐个客户核实应收账款余额，并催收逾期款项。",
    ),
    "report": DefaultStep(
        Role.FINANCE,
        6,
        "Read the revenue, customer, product and tax reports and compare them with earlier"
        " months. Ask about what stands out. Have a manager approve the lock, keep the close pack,"
        " and note what should go better next month.",
        "审阅收入、客户、产品和税务报表，并与前几个月比较，对异常情况提出质询。"
        "请经理批准锁定，留存结账资料包，并记下下月需要改进之处。",
    ),
}


def create_default_procedure(company: Company, *, by: str) -> list[ProcedureStep]:
    """One row for each step, in the order they are walked."""
    with acting(by):
        return ProcedureStep.objects.bulk_create(
            ProcedureStep(company=company, step=step, position=position, **default._asdict())
            for position, (step, default) in enumerate(DEFAULT_PROCEDURE.items(), start=1)
        )

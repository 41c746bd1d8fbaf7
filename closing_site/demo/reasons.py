"""What the demo company's finance wrote when they let something stand or held it back. Data.

In the words of those who work there: Chinese at home, English where the customer is abroad.
"""

from typing import Final
from zlib import crc32

#: By check; one of several is taken for each document.
STANDS: Final = {
    "stated-total": (
        "客户按旧价目表合计，已与客户确认以明细为准",
        "Customer confirmed the line prices; their total was a typing error",
    ),
    "duplicate-order": ("已电话确认：客户追加同样一批，两单均有效",),
    "order-number-gap": ("两张订单录入时作废，号码未使用，销售内勤已签字说明",),
    "prior-period-supply": (
        "上月资料不全暂缓，本月补齐后确认收入",
        "送货单月底寄出，财务于次月收到，按本月入账",
    ),
    "payment-without-customer": ("付款人未留公司名称，已请业务员核实，暂挂待核实收款",),
    "same-money-twice": ("客户重复付款，已联系客户，下月退回",),
    "over-payment": ("客户多付，已发函确认，下月退回",),
    "payment-not-placed": (
        "预收货款，待发货后核销",
        "客户预付款，合同约定后续订单抵扣",
    ),
    "prior-period-receipt": ("银行回单晚到，已核对对账单，本月补记",),
}
OTHERWISE: Final = ("已核实，情况属实",)

#: By month; one order each.
HELD_BACK: Final = {
    "2026-05": "新品首单价格尚未审批，待价格确认后下月开票",
    "2026-07": "新品落地灯尚未建存货档案，下月补建后开票",
    "2026-09": "到货数量待仓库与客户对账，下月按实收数量开票",
}


def reason_for(check_slug: str, document: str) -> str:
    """The same for the same document."""
    choices = STANDS.get(check_slug, OTHERWISE)
    return choices[crc32(document.encode()) % len(choices)]

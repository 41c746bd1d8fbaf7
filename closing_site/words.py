"""Words that files from Chinese systems (T3 and its like) use for ours. Data.

``HEADERS``: kind → column → the headers that mean it. ``FILES``: kind → names of files and sheets.
"""

from typing import Final

FLAGS: Final = {
    **dict.fromkeys(["1", "true", "yes", "是"], "true"),
    **dict.fromkeys(["0", "false", "no", "否"], "false"),
}
STATUSES: Final = {
    **dict.fromkeys(["open", "未发货", "未完成"], "open"),
    **dict.fromkeys(["delivered", "已发货", "已交货", "已完成"], "delivered"),
    **dict.fromkeys(["cancelled", "已取消", "取消", "作废", "已作废"], "cancelled"),
    **dict.fromkeys(["closed", "已关闭", "关闭"], "closed"),
}
PRODUCT_KINDS: Final = {
    **dict.fromkeys(["goods", "商品", "货物", "实物"], "goods"),
    **dict.fromkeys(["service", "服务", "劳务"], "service"),
    **dict.fromkeys(["charge", "费用", "附加费", "运杂费"], "charge"),
}
GROUPINGS: Final = {
    **dict.fromkeys(["order", "按单", "按订单"], "order"),
    **dict.fromkeys(["delivery", "按交货", "按发货", "按送货单", "按发货单"], "delivery"),
    **dict.fromkeys(["month", "按月"], "month"),
}
REFUND_KINDS: Final = {
    **dict.fromkeys(["refund", "退款", "退回"], "refund"),
    **dict.fromkeys(["bounce", "bounced", "退票", "拒付", "拒付退款"], "bounce"),
}
METHODS: Final = {
    **dict.fromkeys(["cash", "现金"], "cash"),
    **dict.fromkeys(["cheque", "支票", "转账支票", "现金支票"], "cheque"),
    **dict.fromkeys(
        ["bank_transfer", "银行转账", "转账", "电汇", "网银", "银行汇款"], "bank_transfer"
    ),
    **dict.fromkeys(["card", "银行卡", "刷卡", "信用卡"], "card"),
    **dict.fromkeys(["wechat_pay", "微信", "微信支付"], "wechat_pay"),
    **dict.fromkeys(["alipay", "支付宝"], "alipay"),
    **dict.fromkeys(
        ["acceptance_draft", "承兑汇票", "银行承兑汇票", "商业承兑汇票"], "acceptance_draft"
    ),
    **dict.fromkeys(["voucher", "代金券", "购物券", "礼券"], "voucher"),
    **dict.fromkeys(["other", "其他", "其它"], "other"),
}
OPENING_KINDS: Final = {
    **dict.fromkeys(["invoice", "发票", "应收", "应收单"], "invoice"),
    **dict.fromkeys(["credit_note", "红字发票", "红字应收"], "credit_note"),
    **dict.fromkeys(["advance", "预收", "预收款"], "advance"),
}

TAX_CATEGORIES: Final = {
    **dict.fromkeys(["standard", "应税"], "standard"),
    **dict.fromkeys(["exempt", "免税"], "exempt"),
    **dict.fromkeys(["zero_rated", "零税率", "出口零税率"], "zero_rated"),
    **dict.fromkeys(["reverse_charge", "反向征收"], "reverse_charge"),
    **dict.fromkeys(["out_of_scope", "不征税"], "out_of_scope"),
}

_CUSTOMER_CODE: Final = ("客户编码", "客户编号", "客户代码")
_SKU: Final = ("存货编码", "存货编号", "商品编码", "产品编码", "物料编码", "货号")
_ORDER_NUMBER: Final = ("订单号", "订单编号", "销售订单号")
_CURRENCY: Final = ("币种", "币别", "货币")
_UNIT: Final = ("计量单位", "主计量单位", "单位")
_SALES_REP: Final = ("业务员", "业务员编码", "业务员名称", "专管业务员", "分管业务员")
_TAX_RATE: Final = ("税率", "税率%", "税率(%)")
_DUE: Final = ("到期日", "到期日期")
_ACCEPTED: Final = ("验收日期", "签收日期")

#: Prices under this header include tax; under the others below they do not.
INCLUDING_TAX: Final = frozenset({"含税单价"})
EXCLUDING_TAX: Final = frozenset({"无税单价", "不含税单价"})

#: A discount under these may be percent off the price (10) or percent of it (90): 九折.
AMBIGUOUS_DISCOUNTS: Final = ("折扣", "折扣率", "折扣率%", "折扣率(%)", "扣率", "扣率%", "扣率(%)")

HEADERS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "customers": {
        "code": _CUSTOMER_CODE,
        "name": ("客户名称", "名称"),
        "tax_id": ("税号", "纳税人识别号", "纳税号", "统一社会信用代码"),
        "email": ("邮箱", "电子邮件", "Email地址"),
        "phone": ("电话", "联系电话", "手机"),
        "address": ("地址", "客户地址"),
        "city": ("城市",),
        "region": ("地区", "省份"),
        "postal_code": ("邮编", "邮政编码"),
        "country": ("国家",),
        "currency": _CURRENCY,
        "payment_terms_days": ("账期", "付款天数", "付款期限", "信用期限", "信用天数"),
        "payment_method": ("结算方式", "付款方式"),
        "discount_terms": ("现金折扣", "付款条件"),
        "credit_limit": ("信用额度",),
        "sales_rep": _SALES_REP,
        "invoice_grouping": ("开票方式",),
    },
    "products": {
        "sku": _SKU,
        "name": ("存货名称", "商品名称", "产品名称", "名称"),
        "category": ("存货分类", "存货大类", "分类", "类别"),
        "kind": ("存货属性", "存货性质"),
        "unit": _UNIT,
        "unit_price": ("单价", "参考售价", "售价", "销售单价", "标准售价"),
        "unit_cost": ("成本", "参考成本", "成本单价", "单位成本"),
        "tax_rate": _TAX_RATE,
    },
    "orders": {
        "number": (*_ORDER_NUMBER, "单据号", "单据编号"),
        "customer_code": _CUSTOMER_CODE,
        "order_date": ("单据日期", "订单日期", "日期"),
        "required_on": ("要求交货日期", "预计交货日期", "交货日期", "预发货日期"),
        "delivered_on": ("发货日期",),
        "accepted_on": _ACCEPTED,
        "status": ("状态", "订单状态"),
        "currency": _CURRENCY,
        "prices_include_tax": ("是否含税", "含税"),
        "sales_rep": _SALES_REP,
        "satisfaction": ("满意度", "客户满意度"),
        "stated_total": ("价税合计", "订单金额", "总金额", "合计"),
        "customer_reference": ("客户订单号", "客户采购单号"),
        "note": ("备注", "摘要"),
    },
    "order_lines": {
        "order_number": (*_ORDER_NUMBER, "单据号", "单据编号"),
        "line_number": ("行号", "序号"),
        "sku": _SKU,
        "description": ("存货名称", "商品名称", "产品名称", "描述"),
        "quantity": ("数量",),
        "unit": _UNIT,
        "unit_price": ("单价", *sorted(INCLUDING_TAX), *sorted(EXCLUDING_TAX)),
        "discount_percent": AMBIGUOUS_DISCOUNTS,
        "tax_rate": _TAX_RATE,
    },
    "deliveries": {
        "order_number": _ORDER_NUMBER,
        "line_number": ("行号", "序号", "订单行号"),
        "delivered_on": ("发货日期", "单据日期", "日期"),
        "quantity": ("数量", "发货数量"),
        "accepted_on": _ACCEPTED,
    },
    "payments": {
        "reference": ("收款单号", "单据号", "单据编号", "流水号"),
        "customer_code": _CUSTOMER_CODE,
        "received_on": ("收款日期", "单据日期", "日期"),
        "amount": ("金额", "收款金额"),
        "currency": _CURRENCY,
        "method": ("结算方式", "收款方式", "付款方式"),
        "order_number": _ORDER_NUMBER,
        "invoice_number": ("发票号", "发票号码"),
        "payer": ("付款人", "付款单位"),
        "memo": ("备注", "摘要"),
        "refund_of": ("退款原单号", "原收款单号", "原单号"),
        "refund_kind": ("退款类型",),
    },
    "exchange_rates": {
        "date": ("日期", "生效日期"),
        "currency": _CURRENCY,
        "rate": ("汇率", "记账汇率"),
    },
    "sales_reps": {
        "code": ("业务员编码", "业务员编号", "职员编码"),
        "name": ("业务员名称", "姓名", "名称"),
    },
    "tax_rates": {
        "category": ("税种类别", "征税类别", "类别"),
        "percent": _TAX_RATE,
        "reason": ("原因", "备注"),
    },
    "opening_items": {
        "customer_code": _CUSTOMER_CODE,
        "document_number": ("单据号", "单据编号", "发票号"),
        "kind": ("类型", "单据类型"),
        "issued_on": ("单据日期", "开票日期", "日期"),
        "due_on": _DUE,
        "open_amount": ("余额", "未收金额", "金额"),
        "currency": _CURRENCY,
    },
}

FILES: Final[dict[str, tuple[str, ...]]] = {
    "customers": ("客户", "客户档案"),
    "products": ("存货", "存货档案", "商品", "产品"),
    "orders": ("订单", "销售订单"),
    "order_lines": ("订单行", "订单明细", "销售订单明细"),
    "deliveries": ("发货", "发货单"),
    "payments": ("收款", "收款单"),
    "exchange_rates": ("汇率",),
    "sales_reps": ("业务员",),
    "tax_rates": ("税率",),
    "opening_items": ("期初", "期初余额", "期初应收"),
}

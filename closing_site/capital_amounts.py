"""大写: an amount in capitals, as Chinese documents write it beside the figures.

After 《支付结算办法》 (银发〔1997〕393号), annex 1: 壹 stands before 拾; several zeros become
one 零; 整 follows 元 and 角, never 分; a zero 角 before a 分 is said. Where the annex leaves a 零
open, it is written between digits of the whole part and left out before 角.
"""

from decimal import Decimal
from typing import Final

from closing_site.money import currency_digits

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
PLACES: Final = ("", "拾", "佰", "仟")
#: Minor units, the largest first. Currencies have up to four digits.
MINOR: Final = "角分厘毫"
WAN, YI = 10**4, 10**8

#: What stands before the amount, by currency; any other stands there by its code.
PREFIXES: Final = {
    "CNY": "人民币",
    "USD": "美元",
    "EUR": "欧元",
    "JPY": "日元",
    "GBP": "英镑",
    "HKD": "港元",
    "TWD": "新台币",
    "SGD": "新加坡元",
    "AUD": "澳大利亚元",
    "CAD": "加拿大元",
    "CHF": "瑞士法郎",
    "KRW": "韩元",
}


def capital_amount(amount: Decimal, currency: str) -> str:
    """As 人民币壹仟元整. A negative amount, of a credit note, begins with （负数）.

    ``amount`` has no more decimals than its currency, else ValueError.
    """
    digits = currency_digits(currency)
    minor = amount.scaleb(digits)
    if minor != minor.to_integral_value():
        raise ValueError(f"{currency} has {digits} digits, not those of {amount}")
    whole, rest = divmod(abs(int(minor)), 10**digits)
    parts = f"{rest:0{digits}d}" if digits else ""
    sign = "（负数）" if amount < 0 else ""
    return f"{sign}{PREFIXES.get(currency, currency)}{_whole(whole, rest)}{_parts(whole, parts)}"


def _whole(whole: int, rest: int) -> str:
    return f"{_number(whole)}元" if whole else "" if rest else "零元"


def _parts(whole: int, parts: str) -> str:
    if not parts.strip("0"):
        return "整"
    said, has_gap = "", False
    for digit, unit in zip(parts, MINOR, strict=False):
        if digit == "0":
            has_gap = True
            continue
        said += ("零" if has_gap and (whole or said) else "") + DIGITS[int(digit)] + unit
        has_gap = False
    return said + ("整" if said.endswith("角") else "")


def _number(number: int) -> str:
    """A whole number above zero."""
    for unit, name in ((YI, "亿"), (WAN, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            return f"{_number(high)}{name}{_low(low, high, unit)}"
    said, has_gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            has_gap = bool(said)
            continue
        said += ("零" if has_gap else "") + DIGITS[digit] + PLACES[place]
        has_gap = False
    return said


def _low(low: int, high: int, unit: int) -> str:
    """What follows a 万 or 亿: a zero on either side of it is said once."""
    if not low:
        return ""
    is_joined = low >= unit // 10 and high % 10
    return ("" if is_joined else "零") + _number(low)

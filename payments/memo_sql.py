"""What a memo refers to, as SQL that the match-run, its checks and its pages share (ACCOUNTING 4).

A memo is read as runs of Latin letters and digits with the gaps before them. A run counts as a
reference where its context says so; dates, amounts, telephone and account numbers never do.
"""

from typing import Final

#: The gap before a run, and the run: letters and digits, joined by single signs.
RUN: Final = r"([^A-Za-z0-9]*)([A-Za-z0-9]+(?:[-_./#][A-Za-z0-9]+)*)"

#: PostgreSQL keeps 32 compiled expressions a session: words are compared as words.
#: Words directly before a number that make it a reference.
KEYWORDS: Final = "('order', 'orders', 'invoice', 'invoices', 'inv', 'rechnung', 'rechnungen')"
NUMBER_WORDS: Final = "('no', 'nos', 'nr', 'nrs', 'number', 'numbers')"
#: A gap that only joins a keyword and its number.
JOINS: Final = r"^[\s:.#(-]*$"
CHINESE_KEYWORD: Final = r"(?:#|订单|发票|单号|号码?)[\s:.#(-]*$"
#: Words that make the number after them anything but a document of ours.
OTHER_WORDS: Final = (
    "('tel', 'telephone', 'phone', 'mobile', 'fax', 'account', 'acct', 'acc', 'a/c', 'iban',"
    " 'card', 'contract', 'vat', 'tax', 'customer')"
)
CHINESE_OTHER_NUMBER: Final = (
    r"(?:电话|手机|传真|账户|帐户|账|帐|卡|机|话|合同|税|邮编|证|尾|牌|楼|房|流水|交易|商户|支付|客户"
    r"|(?:快递|运|物流|交易|商户|支付)单)号?码?[\s:.#(-]*$"
)
_CURRENCIES: Final = (
    "'usd', 'cny', 'rmb', 'eur', 'gbp', 'jpy', 'hkd', 'kwd', 'chf', 'aud', 'cad', 'sgd'"
)
CURRENCY_WORDS: Final = f"({_CURRENCIES})"
AMOUNT_WORDS: Final = f"('amount', 'total', 'sum', {_CURRENCIES})"
BEFORE_AMOUNT: Final = r"(?:[¥$€£]|人民币|金额|共计|合计|总计|共|计)[\s:]*$"
#: 37 is the sign of percent, which would be a parameter's.
AFTER_AMOUNT: Final = "('元', '圆', '块', '万', '¥', '€', '£', '$', chr(37))"
MONTHS: Final = (
    "('jan', 'january', 'januar', 'feb', 'february', 'februar', 'mar', 'march', 'apr', 'april',"
    " 'may', 'mai', 'jun', 'june', 'juni', 'jul', 'july', 'juli', 'aug', 'august', 'sep', 'sept',"
    " 'september', 'oct', 'october', 'okt', 'oktober', 'nov', 'november', 'dec', 'december',"
    " 'dez', 'dezember')"
)
DATE: Final = (
    r"^(?:(?:19|20)[0-9]{2}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:0?[1-9]|[12][0-9]|3[01]))?"
    r"|(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)?[0-9]{2}"
    r"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))$"
)
#: What follows a keyword within one run: "No.10252", "Order#10253", "inv-no-50001".
TAIL: Final = (
    "(?i)^(?:(?:orders?|invoices?|inv|rechnung(?:en)?)[-_.#/]?(?:nos?|nrs?|number)?"
    "|nos?|nrs?|number)[-_.#/]*"
    "([0-9][A-Za-z0-9]*(?:[-_./#][A-Za-z0-9]+)*)$"
)
#: Two numbers joined in one run, the second with or without the first one's letters.
RANGE: Final = r"(?i)^([A-Z]*[-_]?)([0-9]+)[-~](?:\1)?([0-9]+)$"
RANGE_GAP: Final = r"^\s*(?:-|–|—|~|至|到)\s*$"
#: Most numbers that are looked up between the ends of a range; see FITTING for how many may exist.
SPAN: Final = 999
#: A bare number has at least so many digits.
BARE_DIGITS: Final = 5


def references_in(rows: str) -> str:
    """A query of what the memos of ``rows`` refer to; ``rows`` is SQL of ``key`` and ``memo``.

    ``place``, ``piece``: where in the memo it stands. ``reading``: of several readings of one place
    the lowest that names a document counts: 1 the run as it stands, 2 what follows a keyword in it,
    3 its parts. ``is_certain``: a keyword or a letter prefix says that it is a number of ours; else
    it must have the form of this customer's numbers. ``span``: the place of the range it belongs
    to, else null; ``is_between``: it is only implied by the range's ends.
    """
    return f"""
        SELECT r.key, r.place, part.reading, part.piece, part.number, part.is_certain, part.span,
            part.is_between
        FROM ({_judged(rows)}) AS r
        CROSS JOIN LATERAL (SELECT coalesce(r.tail, r.run) AS text) AS whole
        CROSS JOIN LATERAL (SELECT whole.text, strpos(whole.text, '/') > 0 AS is_list,
            CASE WHEN strpos(whole.text, '-') > 0 THEN regexp_match(whole.text, '{RANGE}') END
                AS ends) AS own
        CROSS JOIN LATERAL (
            SELECT 1 AS reading, 0 AS piece, r.run AS number,
                r.is_certain OR r.has_prefix AS is_certain, NULL::bigint AS span,
                false AS is_between
            WHERE r.tail IS NULL OR r.has_prefix
            UNION ALL
            SELECT 1, 0, right(r.attached, n) || r.run, true, NULL, false
            FROM generate_series(1, least(length(r.attached), 8)) AS n
            UNION ALL
            SELECT 2, 0, r.tail, r.is_certain, NULL, false WHERE r.tail IS NOT NULL
            UNION ALL
            SELECT 3, piece.place::integer, piece.number,
                r.is_certain OR piece.number ~ '^[A-Za-z]', NULL, false
            FROM string_to_table(own.text, '/') WITH ORDINALITY AS piece (number, place)
            WHERE own.is_list AND NOT r.is_date
            UNION ALL
            SELECT 3, n, own.ends[1] || lpad(n_text, length(own.ends[2]), '0'),
                r.is_certain OR own.ends[1] <> '', r.place, n_text NOT IN (low, high)
            FROM (SELECT ltrim(own.ends[2], '0') AS low, ltrim(own.ends[3], '0') AS high) AS e
            CROSS JOIN LATERAL (SELECT n, (e.low::bigint + n)::text AS n_text
                FROM generate_series(0, (e.high::bigint - e.low::bigint)::integer) AS n) AS between
            WHERE NOT r.is_date AND {_spans("own.ends[2]", "own.ends[3]")}
            UNION ALL
            SELECT 1, n, r.range_ends[1] || lpad(n_text, length(r.range_ends[2]), '0'),
                r.is_certain OR r.range_ends[1] <> '', r.place, n_text NOT IN (low, high)
            FROM (SELECT ltrim(r.range_ends[2], '0') AS low, ltrim(r.range_ends[3], '0') AS high)
                AS e
            CROSS JOIN LATERAL (SELECT n, (e.low::bigint + n)::text AS n_text
                FROM generate_series(0, (e.high::bigint - e.low::bigint)::integer) AS n) AS between
            WHERE {_spans("r.range_ends[2]", "r.range_ends[3]")}
        ) AS part
        WHERE part.number ~ '[0-9]' AND (part.is_certain
            OR length(regexp_replace(part.number, '[^0-9]', '', 'g')) >= {BARE_DIGITS})
    """


def _spans(low: str, high: str) -> str:
    """Both ends are of one length, the second larger, and not too far apart."""
    return f"""CASE WHEN length({low}) = length({high}) AND length({low}) BETWEEN 1 AND 15
        AND {low} < {high} AND ltrim({low}, '0') <> ''
        THEN {high}::bigint - {low}::bigint <= {SPAN} ELSE false END"""


def _judged(rows: str) -> str:
    """One row a run with a digit in it, with what its neighbours say about it."""
    return f"""
        SELECT w.key, w.place, w.run, w.tail, w.is_date, w.attached, w.range_ends, w.has_prefix,
            NOT w.is_other AND (w.says_so OR (w.range_ends IS NOT NULL AND w.said_before))
                AS is_certain
        FROM (
            SELECT w.*, lag(w.says_so) OVER (PARTITION BY w.key ORDER BY w.place) AS said_before
            FROM (
                SELECT w.*, w.tail IS NOT NULL OR w.gap ~ '{CHINESE_KEYWORD}'
                        OR (w.is_joined AND (w.before IN {KEYWORDS}
                            OR (w.before IN {NUMBER_WORDS} AND (left(w.gap, 1) IN ('.', ':', '#')
                                OR w.before_that IN {KEYWORDS}))))
                        AS says_so,
                    w.gap ~ '{CHINESE_OTHER_NUMBER}'
                        OR (w.is_joined AND w.before IN {OTHER_WORDS})
                        OR (w.before IN {NUMBER_WORDS} AND w.before_that IN {OTHER_WORDS})
                        OR (w.tail IS NOT NULL AND left(lower(w.run), 1) = 'n'
                            AND w.before IN {OTHER_WORDS})
                        AS is_other,
                    {_RANGE_ENDS} AS range_ends
                FROM (
                    SELECT w.*, substring(w.run FROM '{TAIL}') AS tail, w.run ~ '{DATE}' AS is_date,
                        coalesce(substring(w.gap FROM '[一-鿿]+[-_]?$'), '') AS attached,
                        w.run ~ '^[A-Za-z]' AS has_prefix, w.gap ~ '{JOINS}' AS is_joined,
                        left(ltrim(w.gap_after), 1) AS sign_after
                    FROM ({_runs(rows)}) AS w
                    WHERE w.run ~ '[0-9]'
                ) AS w
                WHERE NOT ({_IS_AMOUNT})
            ) AS w
        ) AS w
        WHERE NOT (w.is_other AND NOT w.has_prefix) AND NOT (w.is_date AND NOT w.says_so)
    """


def _runs(rows: str) -> str:
    """The runs of each memo, with the words and gaps beside them in small letters."""
    return f"""
        SELECT m.key, w.place, w.found[1] AS gap, w.found[2] AS run,
            coalesce(lower(lag(w.found[2]) OVER own), '') AS before,
            coalesce(lower(lag(w.found[2], 2) OVER own), '') AS before_that,
            coalesce(lead(w.found[1]) OVER own, '') AS gap_after,
            coalesce(lower(lead(w.found[2]) OVER own), '') AS after,
            coalesce(lead(w.found[2], 2) OVER own, '') AS after_that
        FROM ({rows}) AS m
        -- A last word, so that the gap after the last number is read too.
        CROSS JOIN LATERAL regexp_matches(normalize(m.memo, NFKC) || ' x', '{RUN}', 'g')
            WITH ORDINALITY AS w (found, place)
        WHERE m.memo ~ '[0-9０-９]'
        WINDOW own AS (PARTITION BY m.key ORDER BY w.place)
    """


#: The number before and this one are the ends of a range: "10256 - 10257", "SO-101 bis SO-103".
_RANGE_ENDS: Final = f"""
    CASE WHEN w.before IN ('to', 'bis') THEN CASE WHEN btrim(w.gap) = ''
            THEN regexp_match(w.before_that || '-' || w.run, '{RANGE}') END
        WHEN btrim(w.gap) IN ('-', '–', '—', '~', '至', '到')
            THEN regexp_match(w.before || '-' || w.run, '{RANGE}') END
"""
#: An amount of money, a day of a month, or the first digits of a number with thousands.
_IS_AMOUNT: Final = f"""
    w.gap ~ '{BEFORE_AMOUNT}'
    OR (w.is_joined AND w.before IN {AMOUNT_WORDS})
    OR w.sign_after IN {AFTER_AMOUNT}
    OR (w.sign_after = '' AND w.after IN {CURRENCY_WORDS}
        AND strpos('0123456789', left(w.after_that, 1)) <= (w.after_that = '')::integer)
    OR (length(w.run) <= 3 AND w.gap_after = ',' AND length(split_part(w.after, '.', 1)) = 3
        AND strpos('0123456789', left(w.after, 1)) > 0)
    OR (length(w.run) <= 4 AND w.sign_after IN ('年', '月', '日'))
    OR (length(w.run) <= 2 AND w.after IN {MONTHS} AND btrim(w.gap_after, ' .') = '')
    OR (w.run ~ '^[0-9]+\\.[0-9]{{1,3}}$' AND strpos(w.gap, '#') = 0)
"""

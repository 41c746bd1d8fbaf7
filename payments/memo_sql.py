"""What a memo refers to, as SQL that the match-run, its checks and its pages share (ACCOUNTING 4).

A memo is read as runs of Latin letters and digits with the gaps before them. A run counts as a
reference where its context says so; dates, amounts, telephone and account numbers never do.
"""

from typing import Final

#: The gap before a run, and the run: letters and digits, joined by single signs.
RUN: Final = r"([^A-Za-z0-9]*)([A-Za-z0-9]+(?:[-_./#][A-Za-z0-9]+)*)"

#: Words directly before a number that make it a reference.
KEYWORD: Final = "(?:orders?|invoices?|inv|rechnung(?:en)?)"
NUMBER_WORD: Final = "(?:nos?|nrs?|number|numbers)"
#: A gap that only joins a keyword and its number.
JOINS: Final = r"^[\s:.#(-]*$"
CHINESE_KEYWORD: Final = r"(?:#|订单|发票|单号|号码?)[\s:.#(-]*$"
#: Words that make the number after them anything but a document of ours.
OTHER_NUMBER: Final = (
    "^(?:tel|telephone|phone|mobile|fax|account|acct|acc|a/c|iban|card|contract|vat|tax|customer)$"
)
CHINESE_OTHER_NUMBER: Final = (
    r"(?:电话|手机|传真|账户|帐户|账|帐|卡|机|话|合同|税|邮编|证|尾|牌|楼|房|流水|交易|商户|支付|客户"
    r"|(?:快递|运|物流|交易|商户|支付)单)号?码?[\s:.#(-]*$"
)
CURRENCY: Final = "^(?:usd|cny|rmb|eur|gbp|jpy|hkd|kwd|chf|aud|cad|sgd)$"
BEFORE_AMOUNT: Final = r"(?:[¥$€£]|人民币|金额|共计|合计|总计|共|计)[\s:]*$"
AMOUNT_WORD: Final = "^(?:amount|total|sum|usd|cny|rmb|eur|gbp|jpy|hkd|kwd|chf|aud|cad|sgd)$"
AFTER_AMOUNT: Final = r"^\s*(?:元|圆|块|万|\u0025|¥|€|£|\$)"
MONTH: Final = "^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez)[a-z]*$"
DATE: Final = (
    r"^(?:(?:19|20)[0-9]{2}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:0?[1-9]|[12][0-9]|3[01]))?"
    r"|(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)?[0-9]{2}"
    r"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))$"
)
#: What follows a keyword within one run: "No.10252", "Order#10253", "inv-no-50001".
TAIL: Final = (
    f"(?i)^(?:{KEYWORD}[-_.#/]?{NUMBER_WORD}?|{NUMBER_WORD})[-_.#/]*"
    "([0-9][A-Za-z0-9]*(?:[-_./#][A-Za-z0-9]+)*)$"
)
#: Two numbers joined in one run, the second with or without the first one's letters.
RANGE: Final = r"(?i)^([A-Z]*[-_]?)([0-9]+)[-~](?:\1)?([0-9]+)$"
PLAIN: Final = "(?i)^([A-Z]*[-_]?)([0-9]+)$"
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
        CROSS JOIN LATERAL (SELECT coalesce(r.tail, r.run) AS text, coalesce(r.tail, r.run)
            ~ '/' AS is_list, regexp_match(coalesce(r.tail, r.run), '{RANGE}') AS ends) AS own
        CROSS JOIN LATERAL (
            SELECT 1 AS reading, 0 AS piece, r.run AS number,
                r.is_certain OR r.run ~ '^[A-Za-z]' AS is_certain, NULL::bigint AS span,
                false AS is_between
            WHERE r.tail IS NULL OR r.run ~ '^[A-Za-z]'
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
        SELECT w.key, w.place, w.run, w.tail, w.is_date, w.attached, w.range_ends,
            NOT w.is_other AND (w.says_so OR (w.range_ends IS NOT NULL AND w.said_before))
                AS is_certain
        FROM (
            SELECT w.*, lag(w.says_so) OVER own OR (w.is_to AND lag(w.says_so, 2) OVER own)
                AS said_before
            FROM (
                SELECT w.*, substring(w.run FROM '{TAIL}') AS tail, w.run ~ '{DATE}' AS is_date,
                    coalesce(substring(w.gap FROM '[一-鿿]+[-_]?$'), '') AS attached,
                    w.before ~* '^(?:to|bis)$' AND w.gap ~ '^\\s*$' AS is_to,
                    {_RANGE_ENDS} AS range_ends,
                    w.gap ~ '{CHINESE_OTHER_NUMBER}'
                        OR (w.before ~* '{OTHER_NUMBER}' AND w.gap ~ '{JOINS}')
                        OR (w.before ~* '^{NUMBER_WORD}$' AND w.before_that ~* '{OTHER_NUMBER}')
                        OR (w.run ~* '^{NUMBER_WORD}[-_.#/]*[0-9]'
                            AND w.before ~* '{OTHER_NUMBER}')
                        AS is_other,
                    w.gap ~ '{CHINESE_KEYWORD}'
                        OR (w.gap ~ '{JOINS}' AND (w.before ~* '^{KEYWORD}$'
                            OR (w.before ~* '^{NUMBER_WORD}$' AND (w.gap ~ '^[.:#]'
                                OR w.before_that ~* '^{KEYWORD}$'))))
                        OR substring(w.run FROM '{TAIL}') IS NOT NULL
                        AS says_so,
                    {_IS_AMOUNT} AS is_amount
                FROM (
                    SELECT m.key, w.place, w.found[1] AS gap, w.found[2] AS run,
                        coalesce(lag(w.found[2]) OVER own, '') AS before,
                        coalesce(lag(w.found[2], 2) OVER own, '') AS before_that,
                        coalesce(lead(w.found[1]) OVER own, '') AS gap_after,
                        coalesce(lead(w.found[2]) OVER own, '') AS after,
                        coalesce(lead(w.found[2], 2) OVER own, '') AS after_that
                    FROM ({rows}) AS m
                    -- A last word, so that the gap after the last number is read too.
                    CROSS JOIN LATERAL regexp_matches(
                        normalize(m.memo, NFKC) || ' x', '{RUN}', 'g')
                        WITH ORDINALITY AS w (found, place)
                    WHERE m.memo ~ '[0-9０-９]'
                    WINDOW own AS (PARTITION BY m.key ORDER BY w.place)
                ) AS w
            ) AS w
            WINDOW own AS (PARTITION BY w.key ORDER BY w.place)
        ) AS w
        WHERE w.run ~ '[0-9]' AND NOT w.is_amount
            AND NOT (w.is_other AND w.run !~ '^[A-Za-z]')
            AND NOT (w.is_date AND NOT w.says_so)
    """


#: The number before and this one are the ends of a range: "10256 - 10257", "SO-101 bis SO-103".
_RANGE_ENDS: Final = f"""
    CASE WHEN (w.gap ~ '{RANGE_GAP}' AND w.before ~* '{PLAIN}')
        OR (w.before ~* '^(?:to|bis)$' AND w.gap ~ '^\\s*$' AND w.before_that ~* '{PLAIN}')
    THEN regexp_match(CASE WHEN w.before ~* '^(?:to|bis)$' THEN w.before_that ELSE w.before END
        || '-' || w.run, '{RANGE}') END
"""
#: An amount of money, a day of a month, or the first digits of a number with thousands.
_IS_AMOUNT: Final = f"""
    (w.gap ~ '{BEFORE_AMOUNT}'
        OR (w.before ~* '{AMOUNT_WORD}' AND w.gap ~ '^[\\s:]*$')
        OR w.gap_after ~ '{AFTER_AMOUNT}'
        OR (w.after ~* '{CURRENCY}' AND w.gap_after ~ '^\\s*$' AND w.after_that !~ '^[0-9]')
        OR (w.run ~ '^[0-9]{{1,3}}$' AND w.gap_after = ',' AND w.after ~ '^[0-9]{{3}}(?:\\.|$)')
        OR (w.run ~ '^[0-9]{{1,4}}$' AND w.gap_after ~ '^\\s*[年月日]')
        OR (w.run ~ '^[0-9]{{1,2}}$' AND w.after ~* '{MONTH}' AND w.gap_after ~ '^[\\s.]*$')
        OR w.run ~ '^[0-9]+\\.[0-9]{{1,3}}$' AND w.gap !~ '#')
"""

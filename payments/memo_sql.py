"""The numbers that a memo may name, as SQL that the match-run and its checks share."""

#: What parts words; a number has none of it.
GAP = r"[\s,;:，、；：。()（）]+"
#: Within a word, what may be a number among other letters: "货款10251号".
RUN = "[A-Za-z0-9](?:[A-Za-z0-9/_.#-]*[A-Za-z0-9])?"
#: A word that is nothing but one such run, without a stroke: most are.
PLAIN = "^[A-Za-z0-9]+(?:[_.#-]+[A-Za-z0-9]+)*$"


def numbers_in(memo: str) -> str:
    """A query of ``place``, which grows through the memo, and ``number``. ``memo`` is SQL.

    A word is taken as it stands ("销售-001"); its runs of Latin letters and digits ("SO-12:"); and,
    of a run with strokes, what is between them ("10251/10334"). What the customer has no document
    of counts for nothing, so a reading too many does no harm.
    """
    return f"""
        SELECT word.place * 1000000 + part.place AS place, part.number
        FROM regexp_split_to_table({memo}, '{GAP}') WITH ORDINALITY AS word (text, place)
        CROSS JOIN LATERAL (
            SELECT 0::bigint AS place, word.text AS number
            UNION ALL
            SELECT run.place * 1000 + piece.place, piece.number
            FROM regexp_matches(word.text, '{RUN}', 'g') WITH ORDINALITY AS run (found, place)
            CROSS JOIN LATERAL (
                SELECT 0::bigint AS place, run.found[1] AS number
                UNION ALL
                SELECT piece.place, piece.number
                FROM string_to_table(run.found[1], '/') WITH ORDINALITY AS piece (number, place)
                WHERE strpos(run.found[1], '/') > 0
            ) AS piece
            WHERE word.text !~ '{PLAIN}'
        ) AS part
        WHERE word.text ~ '[0-9]'"""

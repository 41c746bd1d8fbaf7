"""Law 1: numbers without a gap."""

from collections.abc import Iterator
from dataclasses import dataclass

from closing_site.laws.trigger import Trigger


@dataclass(frozen=True)
class Numbered:
    """Law 1: the numbers of a series are exactly 1…n, later ones never of an earlier date.

    ``series``: an SQL condition on NEW, a series' row: which series number this table. Their
    counter is the last number given, at the latest when the transaction ends.
    """

    table: str
    date: str
    series: str
    events: tuple[str, ...] = ("INSERT",)

    def triggers(self) -> Iterator[Trigger]:
        body = f"""
            DECLARE bad record;
            BEGIN
                SELECT series.code AS series INTO bad FROM (
                    SELECT series_id, min(sequence_number) AS low, max(sequence_number) AS high,
                        count(*) AS how_many, min({self.date}) AS first_on,
                        bool_or(prior > {self.date}) AS steps_back,
                        min(period_id) AS low_period, max(period_id) AS high_period,
                        min(company_id) AS company, max(company_id) AS other_company
                    FROM (
                        SELECT *, lag({self.date}) OVER (
                            PARTITION BY series_id ORDER BY sequence_number) AS prior
                        FROM new_rows WHERE sequence_number IS NOT NULL
                    ) AS numbered GROUP BY series_id
                ) AS fresh
                LEFT JOIN invoicing_numberseries AS series ON series.id = fresh.series_id
                LEFT JOIN {self.table} AS before
                    ON before.series_id = fresh.series_id AND before.sequence_number = fresh.low - 1
                WHERE series.id IS NULL
                    OR fresh.high - fresh.low + 1 <> fresh.how_many
                    OR (fresh.low > 1 AND before.id IS NULL)
                    OR series.last_number <> fresh.high
                    OR fresh.steps_back OR before.{self.date} > fresh.first_on
                    OR series.period_id <> fresh.low_period OR series.period_id <> fresh.high_period
                    OR series.company_id <> fresh.company
                    OR series.company_id <> fresh.other_company
                LIMIT 1;
                IF FOUND THEN
                    RAISE EXCEPTION 'The numbers of series % must go on without a gap, a double '
                        'or a step back in time', bad.series
                        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                END IF;
                RETURN NULL;
            END"""
        for event in self.events:
            yield Trigger(f"{self.table}_law_1_{event.lower()}", self.table, event, body=body)
        counter = f"""
            DECLARE series record;
            BEGIN
                SELECT s.code, s.last_number, coalesce(max(d.sequence_number), 0) AS given
                INTO series FROM invoicing_numberseries AS s
                LEFT JOIN {self.table} AS d ON d.series_id = s.id
                WHERE s.id = NEW.id GROUP BY s.id;
                IF series.last_number <> series.given THEN
                    RAISE EXCEPTION 'Series % counts to %, and its last document bears %',
                        series.code, series.last_number, series.given
                        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                END IF;
                RETURN NULL;
            END"""
        for event in ("INSERT", "UPDATE"):
            yield Trigger(
                f"{self.table}_law_1_counter_{event.lower()}",
                "invoicing_numberseries",
                event,
                body=counter,
                when=self.series,
                each_row=True,
                is_deferred=True,
            )

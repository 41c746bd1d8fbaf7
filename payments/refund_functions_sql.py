"""What refunds take, one after the other, in one statement: each has what the ones before it left.

Pure functions over arrays, so that the number of statements does not grow with that of refunds.
"""

#: Classes of ``refund_pairs``: who takes, and what may be taken by both or by one of them.
REFUND, BOUNCE = -1, -2
FOR_BOTH, FOR_REFUNDS, FOR_BOUNCES = 1, 2, 3

FUNCTIONS = [
    # In the order of time, refunds and bounces, and the payments of exactly their amount: each
    # takes the newest payment before it that no other has. ``below``: of each payment, the one
    # before it of its class; ``newest``: of each class, the last that is left.
    f"""
    CREATE OR REPLACE FUNCTION refund_pairs(classes integer[], items bigint[])
    RETURNS TABLE (refund_item bigint, item bigint)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        below integer[] := array_fill(0, ARRAY[cardinality(classes)]);
        newest integer[] := ARRAY[0, 0, 0];
        own integer;
        found_at integer;
    BEGIN
        FOR place IN 1 .. coalesce(cardinality(classes), 0) LOOP
            IF classes[place] > 0 THEN
                below[place] := newest[classes[place]];
                newest[classes[place]] := place;
                CONTINUE;
            END IF;
            own := CASE classes[place] WHEN {REFUND} THEN {FOR_REFUNDS} ELSE {FOR_BOUNCES} END;
            found_at := greatest(newest[{FOR_BOTH}], newest[own]);
            IF found_at > 0 THEN
                newest[classes[found_at]] := below[found_at];
                refund_item := items[place];
                item := items[found_at];
                RETURN NEXT;
            END IF;
        END LOOP;
    END $$
    """,
    # ``refunds``, ``wanted`` and ``sources`` have an entry for each source that a refund may take,
    # in the order in which they do; ``sources`` are places in ``capacities``.
    """
    CREATE OR REPLACE FUNCTION refund_takings(
        refunds bigint[], wanted numeric[], sources integer[], capacities numeric[])
    RETURNS TABLE (refund_item bigint, source integer, amount numeric)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        remaining numeric := 0;
    BEGIN
        FOR place IN 1 .. coalesce(cardinality(refunds), 0) LOOP
            IF place = 1 OR refunds[place] <> refund_item THEN
                remaining := wanted[place];
            END IF;
            refund_item := refunds[place];
            source := sources[place];
            amount := least(remaining, capacities[source]);
            IF amount > 0 THEN
                remaining := remaining - amount;
                capacities[source] := capacities[source] - amount;
                RETURN NEXT;
            END IF;
        END LOOP;
    END $$
    """,
]

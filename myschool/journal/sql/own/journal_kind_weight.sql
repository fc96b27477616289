-- What a kind of work weighs on a day.
CREATE OR REPLACE FUNCTION journal_kind_weight(of_kind bigint, on_day date)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT changed.weight FROM journal_kindweight changed
         WHERE changed.kind_id = of_kind AND changed.from_date <= on_day ORDER BY changed.from_date DESC LIMIT 1),
        (SELECT kind.weight FROM journal_workkind kind WHERE kind.id = of_kind))
$$;

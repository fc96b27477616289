-- How what is given is written: «5», «•», «осв.», «н/а». rules.marks.written says the same.
CREATE OR REPLACE FUNCTION journal_written(state varchar, origin varchar)
RETURNS varchar LANGUAGE sql IMMUTABLE AS $$SELECT CASE state WHEN 'marked' THEN origin WHEN 'debt' THEN '•' WHEN 'excused' THEN 'осв.'
        WHEN '' THEN '' ELSE 'н/а' END$$;

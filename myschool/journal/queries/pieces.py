"""Pieces of SQL that the page and the saving of a cell share, so that both show the same."""

# One mark as it is written; rules.marks.written says the same.
MARK_TEXT = "CASE mark.state WHEN 'marked' THEN mark.origin WHEN 'debt' THEN '•' WHEN 'excused' THEN 'осв.' ELSE 'н/а' END"
# The group of a page with what its school has declared; needs %(group)s.
TOLD = """
told AS (
    SELECT taught.id, taught.title, taught.school_id, subject.title AS subject, organisation.region_id,
           coalesce(own.scale, declared.scale, 'five') AS scale, coalesce(declared.lowest_mark, 2) AS lowest,
           declared.five, declared.four, declared.three,
           CASE WHEN declared.school_id IS NULL THEN 14 ELSE declared.window_days END AS window_days,
           coalesce(declared.marks_when_absent, true) AS marks_when_absent,
           coalesce(declared.newcomers_begin_anew, false) AS anew,
           coalesce((SELECT weight FROM journal_workkind WHERE school_id = taught.school_id AND is_default), 1) AS weight,
           year.from_date AS year_from, year.to_date AS year_to,
           page.version, coalesce(page.closed_terms, '{}') AS closed_terms
    FROM timetable_teachinggroup taught
    JOIN schools_subject subject ON subject.id = taught.subject_id
    JOIN schools_schoolyear year ON year.id = taught.school_year_id
    JOIN schools_organisation organisation ON organisation.id = taught.school_id
    LEFT JOIN journal_journalrules declared ON declared.school_id = taught.school_id
    LEFT JOIN journal_groupscale own ON own.teaching_group_id = taught.id
    LEFT JOIN journal_journalpage page ON page.teaching_group_id = taught.id
    WHERE taught.id = %(group)s
)"""
# The term: the one asked for by %(term)s, else the one that holds %(term_day)s or the last before it.
# Of several classes that of the one made first, as in declared.terms_of.
TERM = """
term AS (
    SELECT term.* FROM schools_term term
    WHERE term.scheme_id = (
        SELECT school_class.term_scheme_id FROM timetable_groupclass taken
        JOIN schools_schoolclass school_class ON school_class.id = taken.school_class_id
        WHERE taken.teaching_group_id = %(group)s AND school_class.term_scheme_id IS NOT NULL
        ORDER BY school_class.id LIMIT 1)
    ORDER BY term.id = %(term)s DESC NULLS LAST, term.from_date <= %(term_day)s DESC,
             abs(term.from_date - %(term_day)s) LIMIT 1
),
span AS (
    SELECT term.id AS term_id, term.number, scheme.kind, coalesce(term.from_date, told.year_from) AS from_date,
           coalesce(term.to_date, told.year_to) AS to_date,
           term.id IS NOT NULL AND term.id = ANY(told.closed_terms) AS closed
    FROM told LEFT JOIN term ON true LEFT JOIN schools_termscheme scheme ON scheme.id = term.scheme_id
)"""
# The rule of final marks in force, or rounding half up.
RULE = """
rule AS (
    SELECT coalesce(declared.five, 4.5) AS five, coalesce(declared.four, 3.5) AS four,
           coalesce(declared.three, 2.5) AS three, declared.two,
           array_remove(ARRAY[coalesce(declared.five, 4.5), coalesce(declared.four, 3.5), coalesce(declared.three, 2.5),
                              declared.two], NULL) AS bounds,
           coalesce(declared.least_marks, 1) AS least_marks, coalesce(declared.debt_blocks, true) AS debt_blocks,
           coalesce(declared.control_works_needed, false) AS control_works_needed
    FROM told LEFT JOIN LATERAL (
        SELECT * FROM journal_finalrule WHERE school_id = told.school_id
          AND from_date <= least(%(day)s, (SELECT to_date - 1 FROM span))
        ORDER BY from_date DESC LIMIT 1) declared ON true
)"""
# The average as it is shown and the mark that comes of it; `sums` has total, weights, counted, debts and lacking.
AVERAGE = """
journal_shown(sums.total, sums.weights, rule.bounds),
CASE WHEN sums.weights IS NULL OR sums.weights = 0 OR sums.counted < rule.least_marks
       OR (rule.debt_blocks AND sums.debts > 0) OR (rule.control_works_needed AND sums.lacking > 0) THEN ''
     WHEN sums.total >= rule.five * sums.weights THEN '5' WHEN sums.total >= rule.four * sums.weights THEN '4'
     WHEN sums.total >= rule.three * sums.weights THEN '3'
     WHEN rule.two IS NULL OR sums.total >= rule.two * sums.weights THEN '2' ELSE '1' END"""
# The scale's marks, the lowest first.
SCALE = """
CASE told.scale WHEN 'pass_fail' THEN '["незачёт", "зачёт"]'::json
     ELSE (SELECT json_agg(worth::text ORDER BY worth) FROM generate_series(
         CASE told.scale WHEN 'hundred' THEN 0 WHEN 'ten' THEN 1 ELSE told.lowest END,
         CASE told.scale WHEN 'hundred' THEN 100 WHEN 'ten' THEN 10 ELSE 5 END) worth) END"""

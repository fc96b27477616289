"""Pieces of SQL that the page and the saving of a cell share, so that both show the same."""

# One mark as it is written; rules.marks.written says the same.
MARK_TEXT = "journal_written(mark.state, mark.origin)"
# The group of a page with what its school has declared; needs %(group)s.
TOLD = """
told AS (
    SELECT taught.teaching_group_id AS id, taught.title, taught.school_id, taught.subject_id, subject.title AS subject, organisation.region_id,
           coalesce(own.scale, declared.scale, 'five') AS scale, coalesce(declared.lowest_mark, 2) AS lowest,
           scaled.five, scaled.four, scaled.three,
           CASE WHEN declared.school_id IS NULL THEN 14 ELSE declared.window_days END AS window_days,
           coalesce(declared.marks_when_absent, true) AS marks_when_absent,
           year.from_date AS year_from, year.to_date AS year_to,
           page.version, coalesce(page.closed_terms, '{}') AS closed_terms
    FROM timetable_groups taught
    JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
    JOIN schools_years year ON year.school_year_id = taught.school_year_id
    JOIN schools_organisations organisation ON organisation.organisation_id = taught.school_id
    LEFT JOIN journal_journalrules declared ON declared.school_id = taught.school_id
    LEFT JOIN journal_groupscale own ON own.teaching_group_id = taught.teaching_group_id
    -- What a school has declared turns the points of its own scale into five, and of no other.
    LEFT JOIN journal_journalrules scaled ON scaled.school_id = declared.school_id
         AND coalesce(own.scale, declared.scale) = scaled.scale
    LEFT JOIN journal_journalpage page ON page.teaching_group_id = taught.teaching_group_id
    WHERE taught.teaching_group_id = %(group)s
)"""
# The scheme of terms that a group studies by; needs %(group)s.
# Of several classes that of the one made first, as in declared.terms_of.
SCHEME = """
SELECT school_class.term_scheme_id FROM timetable_group_classes taken
JOIN schools_classes school_class ON school_class.school_class_id = taken.school_class_id
WHERE taken.teaching_group_id = %(group)s AND school_class.term_scheme_id IS NOT NULL
ORDER BY school_class.school_class_id LIMIT 1"""
# The term: the one asked for by %(term)s, else the one that holds %(term_day)s or the last before it.
TERM = f"""
term AS (
    SELECT term.* FROM schools_terms term
    WHERE term.term_scheme_id = ({SCHEME})
    ORDER BY term.term_id = %(term)s DESC NULLS LAST, term.from_date <= %(term_day)s DESC,
             abs(term.from_date - %(term_day)s) LIMIT 1
),
span AS (
    SELECT term.term_id, term.number, scheme.kind, coalesce(term.from_date, told.year_from) AS from_date,
           coalesce(term.to_date, told.year_to) AS to_date,
           term.term_id IS NOT NULL AND term.term_id = ANY(told.closed_terms) AS closed
    FROM told LEFT JOIN term ON true LEFT JOIN schools_term_schemes scheme ON scheme.term_scheme_id = term.term_scheme_id
)"""  # noqa: S608 - made of constants
# The scale's marks, the lowest first.
SCALE = """
CASE told.scale WHEN 'pass_fail' THEN '["незачёт", "зачёт"]'::json
     ELSE (SELECT json_agg(worth::text ORDER BY worth) FROM generate_series(
         CASE told.scale WHEN 'hundred' THEN 0 WHEN 'ten' THEN 1 ELSE told.lowest END,
         CASE told.scale WHEN 'hundred' THEN 100 WHEN 'ten' THEN 10 ELSE 5 END) worth) END"""

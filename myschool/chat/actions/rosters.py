"""Conversations that follow the school's rosters: made, filled, emptied and closed by them, a school at a time.

Whoever is placed in a class on Monday is in its conversation on Monday, and no longer in the old one's. A student or a
guardian reads from the day they came, staff reads everything. Whose capacity has ended reads nothing from that moment
(`chat.access.places_at`), whether or not rosters were kept since; here their places end for good.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

# ruff: noqa: S608 - constants put together from constants
from myschool.chat import facts
from myschool.chat.queries.pairs import PERMITTED, acquainted, remaining_in
from myschool.kernel import chronicle, live
from myschool.kernel.actors import nobody

PLACES = """
place AS (
    SELECT school_id, (%(at)s::timestamptz AT TIME ZONE time_zone)::date AS day
    FROM schools_schools WHERE school_id = ANY(%(schools)s::bigint[])
)"""
LASTING = "kernel_lasts({0}.from_date, {0}.to_date, {1}.day)"
WANTED = f"""
classes AS (
    SELECT class.school_class_id, class.school_id, class.title
    FROM schools_classes class JOIN place USING (school_id)
    JOIN schools_years year ON year.school_year_id = class.school_year_id AND {LASTING.format("year", "place")}
    WHERE NOT class.is_closed
), wanted AS (
    SELECT school_id, 'students' AS kind, title || ': ученики и учителя' AS title, school_class_id AS class_id, NULL::bigint AS group_id FROM classes
    UNION ALL SELECT school_id, 'guardians', title || ': родители', school_class_id, NULL FROM classes
    UNION ALL SELECT taught.school_id, 'subject', left(subject.title || ': ' || taught.title, 150), NULL, taught.teaching_group_id
        FROM timetable_groups taught JOIN place USING (school_id) JOIN schools_subjects subject ON subject.subject_id = taught.subject_id
        JOIN schools_years year ON year.school_year_id = taught.school_year_id AND {LASTING.format("year", "place")}
        WHERE NOT taught.is_closed
    UNION ALL SELECT school_id, 'staff', 'Учительская', NULL, NULL FROM place
    UNION ALL SELECT school_id, 'news', 'Объявления школы', NULL, NULL FROM place
)"""
MADE = f"""
WITH {PLACES}, {WANTED}
INSERT INTO chat_conversation (school_id, kind, title, school_class_id, teaching_group_id, made_at, version, last_number, closed)
SELECT school_id, kind, title, class_id, group_id, %(at)s, 0, 0, '' FROM wanted
WHERE NOT EXISTS (SELECT FROM chat_conversation held WHERE held.school_id = wanted.school_id AND held.kind = wanted.kind
    AND held.school_class_id IS NOT DISTINCT FROM class_id AND held.teaching_group_id IS NOT DISTINCT FROM group_id)
ON CONFLICT DO NOTHING
RETURNING id, school_id
"""
# A class or a group that is renamed takes its conversations along.
RENAMED = f"""
WITH {PLACES}, {WANTED}
UPDATE chat_conversation held SET title = wanted.title, version = held.version + 1 FROM wanted
WHERE held.school_id = wanted.school_id AND held.kind = wanted.kind AND held.title <> wanted.title
  AND coalesce(held.school_class_id, 0) = coalesce(wanted.class_id, 0)
  AND coalesce(held.teaching_group_id, 0) = coalesce(wanted.group_id, 0)
RETURNING held.id
"""
OVER = f"""
WITH {PLACES}
UPDATE chat_conversation held SET closed_at = %(at)s, closed = 'over' FROM place
WHERE held.school_id = place.school_id AND held.closed_at IS NULL AND (
    EXISTS (SELECT FROM schools_classes class JOIN schools_years year USING (school_year_id)
            WHERE class.school_class_id = held.school_class_id AND (class.is_closed OR year.to_date <= place.day))
    OR EXISTS (SELECT FROM timetable_groups taught JOIN schools_years year USING (school_year_id)
               WHERE taught.teaching_group_id = held.teaching_group_id AND (taught.is_closed OR year.to_date <= place.day)))
"""
MEMBERS = f"""
WITH {PLACES}, held AS (
    SELECT talk.id, talk.kind, talk.school_id, talk.school_class_id, talk.teaching_group_id, talk.last_number, place.day
    FROM chat_conversation talk JOIN place USING (school_id)
    WHERE talk.closed_at IS NULL AND talk.kind IN ('students', 'guardians', 'subject', 'staff', 'news')
), placed AS (
    SELECT place.school_id, spot.school_class_id, spot.student_id, place.day
    FROM place CROSS JOIN LATERAL enrolment_students_on(place.day) spot WHERE spot.school_id = place.school_id
), guarded AS (
    SELECT placed.school_id, placed.school_class_id, placed.student_id, bond.guardian_id
    FROM placed CROSS JOIN LATERAL people_guardians_on(placed.day) bond WHERE bond.student_id = placed.student_id
), led AS (
    SELECT held.id, held.school_id, homeroom.person_id FROM held
    CROSS JOIN LATERAL timetable_homeroom_on(held.day) homeroom WHERE homeroom.school_class_id = held.school_class_id
), posts AS (
    SELECT place.school_id, post.person_id, bool_or(post.role <> 'teacher') AS leads
    FROM place CROSS JOIN LATERAL people_staff_on(place.day) post WHERE post.organisation_id = place.school_id
      AND post.role IN ('teacher', 'deputy_head', 'head', 'school_admin') GROUP BY 1, 2
), listed (conversation_id, school_id, person_id, capacity, may_write, keeps_order, student_id) AS (
    SELECT held.id, held.school_id, placed.student_id, 'student', true, false, NULL::bigint FROM held JOIN placed USING (school_class_id)
        WHERE held.kind = 'students'
    UNION ALL SELECT led.id, led.school_id, led.person_id, 'staff', true, true, NULL FROM led
    UNION ALL SELECT held.id, held.school_id, load.person_id, 'staff', true, true, NULL FROM held
        JOIN timetable_group_classes taken ON taken.school_class_id = held.school_class_id AND {LASTING.format("taken", "held")}
        JOIN timetable_groups taught ON taught.teaching_group_id = taken.teaching_group_id AND NOT taught.is_closed
        CROSS JOIN LATERAL timetable_loads_on(held.day) load
        WHERE load.teaching_group_id = taught.teaching_group_id AND held.kind = 'students'
    UNION ALL SELECT held.id, held.school_id, guarded.guardian_id, 'guardian', true, false, guarded.student_id
        FROM held JOIN guarded USING (school_class_id) WHERE held.kind = 'guardians'
    UNION ALL SELECT held.id, held.school_id, member.student_id, 'student', true, false, NULL FROM held
        CROSS JOIN LATERAL timetable_members(held.teaching_group_id, held.day, held.day + 1) member WHERE held.kind = 'subject'
    UNION ALL SELECT held.id, held.school_id, load.person_id, 'staff', true, true, NULL FROM held
        CROSS JOIN LATERAL timetable_loads_on(held.day) load
        WHERE load.teaching_group_id = held.teaching_group_id AND held.kind = 'subject'
    UNION ALL SELECT held.id, held.school_id, posts.person_id, 'staff', held.kind = 'staff' OR posts.leads, posts.leads, NULL
        FROM held JOIN posts USING (school_id) WHERE held.kind IN ('staff', 'news')
    UNION ALL SELECT held.id, held.school_id, placed.student_id, 'student', false, false, NULL FROM held JOIN placed USING (school_id)
        WHERE held.kind = 'news'
    UNION ALL SELECT held.id, held.school_id, guarded.guardian_id, 'guardian', false, false, guarded.student_id
        FROM held JOIN guarded USING (school_id) WHERE held.kind = 'news'
), judged AS (
    SELECT * FROM listed WHERE capacity <> 'staff'
        OR EXISTS (SELECT FROM posts WHERE posts.school_id = listed.school_id AND posts.person_id = listed.person_id)
), wanted AS (
    SELECT conversation_id, person_id, bool_or(may_write) AS may_write, bool_or(keeps_order) AS keeps_order,
           CASE WHEN bool_or(capacity = 'staff') THEN 'staff' WHEN bool_or(capacity = 'guardian') THEN 'guardian' ELSE 'student' END AS capacity,
           coalesce(array_agg(DISTINCT student_id ORDER BY student_id) FILTER (WHERE student_id IS NOT NULL), '{{}}') AS student_ids
    FROM judged GROUP BY conversation_id, person_id
), gone AS (
    UPDATE chat_membership member SET to_at = %(at)s FROM held
    WHERE member.conversation_id = held.id AND member.to_at IS NULL
      AND NOT EXISTS (SELECT FROM wanted WHERE wanted.conversation_id = held.id AND wanted.person_id = member.person_id)
    RETURNING member.conversation_id, member.person_id
), come AS (
    INSERT INTO chat_membership (conversation_id, person_id, capacity, student_ids, may_write, keeps_order, from_at, sees_after,
                                 read_number, muted_until)
    SELECT wanted.conversation_id, wanted.person_id, wanted.capacity, wanted.student_ids, wanted.may_write, wanted.keeps_order, %(at)s,
           CASE WHEN wanted.capacity = 'staff' THEN 0 ELSE held.last_number END, held.last_number,
           (SELECT max(past.muted_until) FROM chat_membership past
            WHERE past.conversation_id = wanted.conversation_id AND past.person_id = wanted.person_id)
    FROM wanted JOIN held ON held.id = wanted.conversation_id
    WHERE NOT EXISTS (SELECT FROM chat_membership member WHERE member.conversation_id = wanted.conversation_id
                      AND member.person_id = wanted.person_id AND member.to_at IS NULL)
    ON CONFLICT DO NOTHING
    RETURNING conversation_id, person_id
), other AS (
    UPDATE chat_membership member
    SET capacity = wanted.capacity, student_ids = wanted.student_ids, may_write = wanted.may_write, keeps_order = wanted.keeps_order,
        sees_after = CASE WHEN wanted.capacity = member.capacity THEN member.sees_after WHEN wanted.capacity = 'staff' THEN 0
                          ELSE held.last_number END
    FROM wanted JOIN held ON held.id = wanted.conversation_id
    WHERE member.conversation_id = wanted.conversation_id AND member.person_id = wanted.person_id AND member.to_at IS NULL
      AND (member.capacity, member.student_ids, member.may_write, member.keeps_order)
          <> (wanted.capacity, wanted.student_ids, wanted.may_write, wanted.keeps_order)
)
SELECT held.id, held.school_id,
       coalesce((SELECT array_agg(person_id ORDER BY person_id) FROM come WHERE conversation_id = held.id), '{{}}'),
       coalesce((SELECT array_agg(person_id ORDER BY person_id) FROM gone WHERE conversation_id = held.id), '{{}}')
FROM held WHERE EXISTS (SELECT FROM come WHERE conversation_id = held.id) OR EXISTS (SELECT FROM gone WHERE conversation_id = held.id)
"""
# Places that hold no longer end in those conversations too that follow no roster, or not any more.
ENDED = """
UPDATE chat_membership member SET to_at = %(at)s FROM chat_conversation talk
WHERE talk.id = member.conversation_id AND talk.school_id = ANY(%(schools)s::bigint[]) AND member.to_at IS NULL
  AND (talk.closed_at IS NOT NULL OR talk.kind IN ('named', 'personal'))
  AND NOT EXISTS (SELECT FROM chat_places_at(%(at)s::timestamptz) held WHERE held.membership_id = member.id)
RETURNING member.conversation_id, talk.school_id, member.person_id
"""
# Personal conversations follow what their two have in common, and the school's rules.
_TWO = acquainted("talk.lower_id", "talk.school_id", "talk.upper_id")
PERSONAL = f"""
WITH judged AS (
    SELECT talk.id, talk.closed_at IS NULL AS is_open, EXISTS (SELECT FROM {_TWO} WHERE {PERMITTED}) AS allowed,
           EXISTS (SELECT FROM {_TWO}) AS acquainted
    FROM chat_conversation talk
    WHERE talk.school_id = ANY(%(schools)s::bigint[]) AND talk.kind = 'personal' AND talk.closed IN ('', 'rules', 'roster')
)
UPDATE chat_conversation talk
SET closed_at = CASE WHEN allowed THEN NULL ELSE %(at)s::timestamptz END,
    closed = CASE WHEN allowed THEN '' WHEN acquainted THEN 'rules' ELSE 'roster' END, version = version + 1
FROM judged WHERE judged.id = talk.id AND is_open <> allowed
RETURNING talk.id
"""
GATHERED = """
SELECT id FROM chat_conversation WHERE school_id = ANY(%(schools)s::bigint[]) AND kind = 'named' AND closed_at IS NULL
"""
UNKEPT = """
UPDATE chat_conversation SET closed_at = %(at)s, closed = 'unkept', version = version + 1 WHERE id = ANY(%(unkept)s::bigint[])
"""
NOTED = f"""
WITH {PLACES}
INSERT INTO chat_rosterday (school_id, day) SELECT school_id, day FROM place ON CONFLICT (school_id) DO UPDATE SET day = excluded.day
"""


@transaction.atomic
def keep_rosters(*, school_ids: Sequence[int], at: datetime) -> None:
    """Let the schools' conversations have the members that their rosters have at this moment."""
    params: dict[str, Any] = {"schools": sorted(set(school_ids)), "at": at}
    if not params["schools"]:
        return
    with connection.cursor() as cursor:
        cursor.execute(MADE, params)
        rows = cursor.fetchall()
        cursor.execute(RENAMED, params)
        renamed = [row[0] for row in cursor.fetchall()]
        cursor.execute(OVER, params)
        cursor.execute(MEMBERS, params)
        changed = cursor.fetchall()
        cursor.execute(ENDED, params)
        changed += [(talk, school, [], [person]) for talk, school, person in cursor.fetchall()]
        cursor.execute(PERSONAL, params)
        judged = [row[0] for row in cursor.fetchall()]
        cursor.execute(GATHERED, params)
        gathered = remaining_in([row[0] for row in cursor.fetchall()], at)
        unkept = [talk for talk, left in gathered.items() if not left.may_go_on]
        cursor.execute(UNKEPT, {"unkept": unkept, "at": at})
        cursor.execute(NOTED, params)
    for conversation_id, school_id in rows:
        chronicle.write(facts.ConversationOpened(conversation_id=conversation_id, **nobody(at, school_id=school_id)))
    people: set[int] = set()
    for conversation_id, school_id, joined, left in changed:
        people.update(joined, left)
        chronicle.write(
            facts.MembersChanged(
                conversation_id=conversation_id, joined_ids=joined, left_ids=left, **nobody(at, school_id=school_id)
            )
        )
    # Who has left hears nothing more at once: the live process looks at the readers again.
    live.tell(
        *(f"chat:{row[0]}" for row in changed),
        *(f"chat:{pk}" for pk in (*renamed, *judged, *unkept)),
        *(f"chats:{pk}" for pk in sorted(people)),
    )

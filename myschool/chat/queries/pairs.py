"""Who may write to whom: people who share a conversation of the school, in capacities that the school's rules let talk.

A guardian stands where their student does, too: so they may write to whoever teaches the student.
"""

from collections.abc import Iterable
from datetime import datetime

from myschool.chat.rules.talking import USUAL_PAIRS, Remaining
from myschool.kernel.statements import Statement

_USUAL = ", ".join(f"'{capacity}'" for capacity in USUAL_PAIRS)
# Where a person is now: by themselves, and as a guardian of a student who is there.
_REACH = """(
    SELECT member.conversation_id, member.person_id, member.capacity, member.keeps_order, member.student_ids
    FROM chat_places_at(%(at)s::timestamptz) member WHERE {own}
    UNION ALL
    SELECT member.conversation_id, bond.guardian_id, 'guardian', false, ARRAY[bond.student_id]
    FROM chat_places_at(%(at)s::timestamptz) member
    CROSS JOIN LATERAL people_guardians_on(member.day) bond
    WHERE bond.student_id = member.person_id AND member.capacity = 'student' AND {ward})"""
_HERE = "member.conversation_id = one.conversation_id"
# The school announces to everybody: that makes acquainted only with those who lead it.
ACQUAINTED = """one
JOIN LATERAL {other} other ON other.person_id <> one.person_id
JOIN chat_conversation shared ON shared.id = one.conversation_id AND shared.closed_at IS NULL AND shared.kind <> 'personal'
     AND shared.school_id = {school} AND (shared.kind <> 'news' OR one.keeps_order OR other.keeps_order)"""
PERMITTED = """least(one.capacity, other.capacity) || '-' || greatest(one.capacity, other.capacity) = ANY(
    coalesce((SELECT pairs FROM chat_chatrules rules WHERE rules.school_id = shared.school_id), ARRAY[USUAL]::varchar[]))""".replace(
    "USUAL", _USUAL
)


def acquainted(one: str, school: str, other: str | None = None) -> str:
    """A FROM clause: `one` is where a person is, `other` each whom they meet there, or one of these; both are SQL."""
    first = _REACH.format(own=f"member.person_id = {one}", ward=f"bond.guardian_id = {one}")
    second = _REACH.format(
        own=_HERE + (f" AND member.person_id = {other}" if other else ""),
        ward=_HERE + (f" AND bond.guardian_id = {other}" if other else ""),
    )
    return first + ACQUAINTED.format(other=second, school=school)


# Who is left in conversations, and which pairs their school lets talk.
REMAINING = Statement(f"""
SELECT member.conversation_id, member.capacity, least(count(*), 2) AS many, bool_or(member.keeps_order) AS is_kept,
       coalesce(rules.pairs, ARRAY[{_USUAL}]::varchar[]) AS pairs
FROM chat_places_at(%(at)s::timestamptz) member LEFT JOIN chat_chatrules rules ON rules.school_id = member.school_id
WHERE member.conversation_id = ANY(%(talks)s::bigint[])
GROUP BY member.conversation_id, member.capacity, rules.pairs
""")  # noqa: S608 - constants


def remaining_in(conversation_ids: Iterable[int], at: datetime) -> dict[int, Remaining]:
    """Who is left in each of these conversations."""
    remaining_by_talk = {talk: Remaining() for talk in conversation_ids}
    for row in REMAINING.rows({"talks": list(remaining_by_talk), "at": at}):
        left = remaining_by_talk[row.conversation_id]
        remaining_by_talk[row.conversation_id] = Remaining(
            (*left.capacities, *[row.capacity] * row.many), is_kept=left.is_kept or row.is_kept, pairs=tuple(row.pairs)
        )
    return remaining_by_talk

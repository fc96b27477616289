"""Who may write to whom: people who share a conversation of the school, in capacities that the school's rules let talk.

A guardian stands where their student does, too: so they may write to whoever teaches the student.
"""

from myschool.chat.rules.talking import USUAL_PAIRS

_USUAL = ", ".join(f"'{one}'" for one in USUAL_PAIRS)
# Where a person is: by themselves, and as a guardian of a student who is there.
_REACH = """(
    SELECT member.conversation_id, member.person_id, member.capacity, member.keeps_order FROM chat_membership member
    WHERE member.to_at IS NULL AND {own}
    UNION ALL
    SELECT member.conversation_id, bond.guardian_id, 'guardian', false
    FROM chat_membership member JOIN people_guardianship bond ON bond.student_id = member.person_id
         AND (bond.to_date IS NULL OR bond.to_date > CURRENT_DATE)
    WHERE member.to_at IS NULL AND member.capacity = 'student' AND {ward})"""
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

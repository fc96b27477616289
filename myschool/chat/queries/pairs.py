"""Who may write to whom: people who share a conversation of the school, in capacities that the school's rules let talk."""

from myschool.chat.rules.talking import USUAL_PAIRS

_USUAL = ", ".join(f"'{one}'" for one in USUAL_PAIRS)
# {0} and {1} are two persons, {2} the school. Announcements make acquainted only with those who lead the school.
ALLOWED = """EXISTS (
    SELECT FROM chat_membership one
    JOIN chat_membership other ON other.conversation_id = one.conversation_id AND other.to_at IS NULL
    JOIN chat_conversation shared ON shared.id = one.conversation_id AND shared.closed_at IS NULL AND shared.kind <> 'personal'
         AND shared.school_id = {2}
    CROSS JOIN LATERAL (SELECT least(one.capacity, other.capacity) || '-' || greatest(one.capacity, other.capacity) = ANY(
        coalesce((SELECT pairs FROM chat_chatrules rules WHERE rules.school_id = shared.school_id), ARRAY[USUAL]::varchar[])) AS pairs) may
    WHERE one.person_id = {0} AND one.to_at IS NULL AND other.person_id = {1}
      AND (shared.kind <> 'news' OR one.keeps_order OR other.keeps_order) AND may.pairs)""".replace(
    "USUAL", _USUAL
)

"""Guardians who are in conversations already are there for whomever they represent."""

from django.db import migrations

NAMED = """
UPDATE chat_membership member SET student_ids = coalesce(
    (SELECT array_agg(DISTINCT bond.student_id ORDER BY bond.student_id)
     FROM people_guardians_on((CURRENT_TIMESTAMP AT TIME ZONE school.time_zone)::date) bond
     WHERE bond.guardian_id = member.person_id), '{}')
FROM chat_conversation talk JOIN schools_school school ON school.organisation_id = talk.school_id
WHERE talk.id = member.conversation_id AND member.capacity = 'guardian' AND member.to_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_whom_a_guardian_is_there_for"), ("people", "0005_who_has_a_right_on_a_day")]
    operations = [migrations.RunSQL(NAMED, migrations.RunSQL.noop)]

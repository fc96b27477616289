"""Every key to a person goes along with a merge, or says here why it stays."""

from typing import Any

import pytest
from django.apps import apps

from myschool.chat.models import Conversation
from myschool.config import followers
from myschool.enrolment.actions import deciding
from myschool.enrolment.tests.makers import make_admin
from myschool.folders.models import Folder
from myschool.kernel import chronicle
from myschool.kernel.actors import nobody
from myschool.kernel.changes import Changes
from myschool.people.facts import PersonsMerged
from myschool.people.models import Person
from myschool.people.tests.makers import make_person
from myschool.schools.tests.makers import NOON

DID = "who did it then: history names the row that acted, whose own names stay"
STAYS = {
    "evidence, which nobody changes": "people.AccessRecord.student people.AccessRecord.viewer",
    "the merge itself": """
        people.PersonMerge.kept people.PersonMerge.merged people.PersonMerge.merged_by people.PersonMerge.undone_by
        people.MergePart.kept people.MergePart.merged""",
    "gone within a day": "files.Upload.person",
    "of an organisation, whoever made it": "library.LtiTool.made_by files.StoredFile.owner",
    DID: """
        people.Guardianship.ended_by people.GuardianRestriction.imposed_by people.GuardianRestriction.lifting_asked_by
        people.GuardianRestriction.lifted_by
        enrolment.EnrolmentRequest.decided_by enrolment.RequestStep.by enrolment.Invitation.invited_by
        enrolment.Invitation.accepted_by enrolment.ConnectionRequest.decided_by
        library.PublisherApplication.decided_by timetable.LessonChange.made_by timetable.PlanTask.settled_by
        timetable.TeacherAbsence.decided_by
        journal.Work.planned_by journal.Mark.given_by journal.Mark.ended_by journal.Attendance.given_by
        journal.Attendance.ended_by journal.LessonTopic.written_by journal.LessonMaterial.added_by
        journal.TermMark.given_by journal.TermMark.ended_by journal.YearMark.given_by journal.YearMark.ended_by
        journal.TermClosing.closed_by journal.TermClosing.reopened_by journal.UnlockRequest.decided_by
        journal.AbsenceNote.decided_by homework.HandIn.reviewed_by
        chat.Message.deleted_by chat.MessageRevision.ended_by chat.Complaint.decided_by chat.ModeratorAccess.by""",
}


def keys_to_persons() -> set[str]:
    """Every column that names a person."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Person
    }


@pytest.mark.django_db
def test_every_key_to_a_person_is_joined_or_says_why_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    joined: set[str] = set()
    update = Changes.update

    def noted(self: Changes, rows: Any, **values: object) -> None:
        joined.update(f"{rows.model._meta.label}.{name}" for name in values)
        update(self, rows, **values)

    monkeypatch.setattr(Changes, "update", noted)
    kept, merged, admin = make_person(), make_person(), make_admin()
    Folder.objects.create(owner=merged, name="x", path=[], made_at=NOON)
    lower, upper = sorted((merged.pk, make_person().pk))
    Conversation.objects.create(
        school_id=admin.school_id, kind="personal", lower_id=lower, upper_id=upper, made_at=NOON
    )
    deciding.merge(kept_id=kept.pk, merged_id=merged.pk, by=admin, at=NOON)
    fact = PersonsMerged(kept_id=kept.pk, merged_id=merged.pk, **nobody(NOON))
    for name in followers.names():
        if reader := chronicle._handlers[name].get(PersonsMerged):
            reader([fact])
    stays = {key for keys in STAYS.values() for key in keys.split()}
    keys = keys_to_persons()
    assert keys - joined - stays == set()
    assert stays - keys == set()
    assert stays & joined == set()

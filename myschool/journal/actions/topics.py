"""Plans of topics: made, copied, followed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from myschool.journal import facts
from myschool.journal.models import GroupTopicPlan, PlannedTopic, TopicPlan
from myschool.journal.rules import topics as topics_rules
from myschool.kernel import chronicle
from myschool.kernel.actors import Actor
from myschool.schools.models import Subject
from myschool.timetable.models import TeachingGroup


@transaction.atomic
def make_topic_plan(
    *, subject: Subject, level: int, title: str, topics: Sequence[topics_rules.Topic], by: Actor, at: datetime
) -> TopicPlan:
    """A plan of topics for a subject and a level."""
    plan = TopicPlan.objects.create(
        school_id=subject.school_id, subject=subject, level=level, title=title, author_id=by.person_id, made_at=at
    )
    _write(plan, topics)
    chronicle.write(facts.TopicPlanMade(plan_id=plan.pk, **by.stamp(at)))
    return plan


@transaction.atomic
def rewrite_topic_plan(
    *, plan: TopicPlan, title: str, topics: Sequence[topics_rules.Topic], by: Actor, at: datetime
) -> None:
    """Make a plan read otherwise; topics already written for lessons stay as they were written."""
    TopicPlan.objects.select_for_update().get(pk=plan.pk)
    TopicPlan.objects.filter(pk=plan.pk).update(title=title)
    PlannedTopic.objects.filter(plan=plan).delete()
    _write(plan, topics)
    chronicle.write(facts.TopicPlanMade(plan_id=plan.pk, **by.stamp(at)))


@transaction.atomic
def copy_topic_plan(*, plan: TopicPlan, by: Actor, at: datetime) -> TopicPlan:
    """A plan of one's own like a colleague's."""
    copy = TopicPlan.objects.create(
        school_id=plan.school_id,
        subject_id=plan.subject_id,
        level=plan.level,
        title=plan.title,
        author_id=by.person_id,
        made_at=at,
    )
    _write(copy, [topics_rules.Topic(row.title, row.hours) for row in plan.topics.order_by("position")])
    chronicle.write(facts.TopicPlanMade(plan_id=copy.pk, **by.stamp(at)))
    return copy


def _write(plan: TopicPlan, topics: Sequence[topics_rules.Topic]) -> None:
    PlannedTopic.objects.bulk_create(
        PlannedTopic(plan=plan, position=position, title=topic.title, hours=topic.hours)
        for position, topic in enumerate(topics, start=1)
    )


@transaction.atomic
def follow_topic_plan(*, teaching_group: TeachingGroup, plan: TopicPlan, by: Actor, at: datetime) -> None:
    """Teach a group by a plan: its lessons are offered the topic whose turn it is."""
    GroupTopicPlan.objects.update_or_create(teaching_group=teaching_group, defaults={"plan": plan})
    chronicle.write(facts.TopicPlanFollowed(teaching_group_id=teaching_group.pk, plan_id=plan.pk, **by.stamp(at)))

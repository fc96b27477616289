"""Addresses of the study plan."""

from django.urls import path

from myschool.timetable.views import absences, plan, week

urlpatterns = [
    path("plan/", plan.plan, name="plan"),
    path("plan/subjects/<int:subject_id>/close/", plan.close_subject, name="close-subject"),
    path("plan/classes/<int:class_id>/", plan.class_plan, name="class-plan"),
    path("plan/classes/<int:class_id>/hours/", plan.set_hours, name="set-hours"),
    path("plan/classes/<int:class_id>/groups/", plan.make_group, name="make-group"),
    path("plan/groups/<int:group_id>/", plan.teaching_group, name="teaching-group"),
    path("plan/groups/<int:group_id>/students/", plan.fill_part, name="fill-part"),
    path("plan/groups/<int:group_id>/classes/", plan.add_class, name="add-group-class"),
    path("plan/groups/<int:group_id>/split/", plan.split_group, name="split-group"),
    path("plan/groups/<int:group_id>/close/", plan.close_group, name="close-group"),
    path("plan/loads/<int:load_id>/end/", plan.end_load, name="end-load"),
    path("plan/groups/<int:group_id>/classes/remove/", week.remove_class, name="remove-group-class"),
    path("plan/tasks/<int:task_id>/settle/", week.settle_task, name="settle-task"),
    path("plan/terms/", plan.terms, name="terms-of-year"),
    path("plan/terms/add/", plan.make_scheme, name="make-scheme"),
    path("plan/terms/<int:scheme_id>/days/", plan.change_terms, name="change-terms"),
    path("plan/terms/<int:scheme_id>/remove/", plan.remove_scheme, name="remove-scheme"),
    path("plan/terms/<int:scheme_id>/classes/", plan.give_scheme, name="give-scheme"),
    path("plan/holidays/add/", plan.add_holiday, name="add-holiday"),
    path("plan/holidays/<int:holiday_id>/remove/", plan.remove_holiday, name="remove-holiday"),
    # Bells and the weekly template
    path("plan/bells/", week.bells, name="bells"),
    path("plan/bells/<int:schedule_id>/close/", week.close_bells, name="close-bells"),
    path("plan/rooms/", week.add_rooms, name="add-rooms"),
    path("plan/rooms/<int:room_id>/close/", week.close_room, name="close-room"),
    path("plan/days/", week.move_day, name="move-day"),
    path("plan/days/<int:moved_id>/back/", week.move_day_back, name="move-day-back"),
    path("plan/classes/<int:class_id>/regime/", week.set_regime, name="set-regime"),
    path("plan/classes/<int:class_id>/homeroom/", week.give_homeroom, name="give-homeroom"),
    path("plan/timetable/", week.template, name="template"),
    path("plan/timetable/classes/<int:class_id>/", week.add_line, name="add-line"),
    path("plan/timetable/lines/<int:line_id>/end/", week.end_line, name="end-line"),
    path("plan/timetable/publish/", week.publishing, name="publishing"),
    path("plan/timetable/publish/now/", week.publish, name="publish"),
    # Lessons and what is changed about them
    path("timetable/", week.timetable, name="timetable"),
    path("substitutions/", week.substitutions, name="substitutions"),
    path("substitutions/journal/", week.substituted, name="substituted"),
    path("substitutions/substitute/", week.substitute, name="substitute"),
    path("substitutions/add/", week.add_lesson, name="add-lesson"),
    path("substitutions/lessons/<int:lesson_id>/move/", week.move_lesson, name="move-lesson"),
    path("substitutions/lessons/<int:lesson_id>/cancel/", week.cancel_lesson, name="cancel-lesson"),
    path("substitutions/changes/<int:change_id>/withdraw/", week.withdraw_change, name="withdraw-change"),
    # Who is away
    path("timetable/absences/", absences.own_absences, name="own-absences"),
    path("timetable/absences/<int:absence_id>/withdraw/", absences.withdraw_absence, name="withdraw-absence"),
    path("substitutions/absences/", absences.absences, name="teacher-absences"),
    path("substitutions/absences/add/", absences.enter_absence, name="enter-absence"),
    path("substitutions/absences/<int:absence_id>/", absences.decide_absence, name="decide-absence"),
    path("substitutions/absences/<int:absence_id>/end/", absences.end_absence, name="end-absence"),
]

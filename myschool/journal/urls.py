"""Addresses of the journal."""

from django.urls import path

from myschool.journal.views import keeping, lesson, library, page

CELL = "journal/lessons/<int:lesson_id>/students/<int:student_id>/cells/<int:position>/"

urlpatterns = [
    path("journal/", page.journals, name="journals"),
    path("journal/groups/<int:group_id>/", page.journal_page, name="journal-page"),
    path("journal/groups/<int:group_id>/data/", page.journal_data, name="journal-data"),
    path("journal/groups/<int:group_id>/print/", page.printed_page, name="journal-print"),
    path("journal/lessons/<int:lesson_id>/data/", page.lesson_data, name="lesson-data"),
    path(CELL, page.save_cell, name="save-cell"),
    path(CELL + "history/", page.cell_history, name="cell-history"),
    path(
        "journal/groups/<int:group_id>/students/<int:student_id>/average/",
        page.average_explained,
        name="average-explained",
    ),
    path("journal/lessons/<int:lesson_id>/unlock/", page.ask_unlock, name="ask-unlock"),
    path("journal/unlocks/", page.unlocks, name="unlocks"),
    path("journal/unlocks/<int:request_id>/decide/", page.decide_unlock, name="decide-unlock"),
    # The page of a lesson
    path("journal/lessons/<int:lesson_id>/", lesson.lesson_page, name="lesson"),
    path("journal/lessons/<int:lesson_id>/topic/", lesson.write_topic, name="write-topic"),
    path("journal/lessons/<int:lesson_id>/attendance/", lesson.note_attendance, name="note-attendance"),
    path("journal/lessons/<int:lesson_id>/works/", lesson.plan_work, name="plan-work"),
    path("journal/works/<int:work_id>/drop/", lesson.drop_work, name="drop-work"),
    path("journal/lessons/<int:lesson_id>/remarks/", lesson.give_remark, name="give-remark"),
    path("journal/remarks/<int:remark_id>/withdraw/", lesson.withdraw_remark, name="withdraw-remark"),
    path("journal/lessons/<int:lesson_id>/materials/", lesson.add_material, name="add-material"),
    path("journal/materials/<int:material_id>/remove/", lesson.remove_material, name="remove-material"),
    path("journal/take/<int:material_id>/", library.take, name="take-material"),
    path("journal/materials/<int:material_id>/open/", library.open_material, name="open-material"),
    path("journal/materials/<int:material_id>/results/", library.results, name="material-results"),
    path("journal/materials/<int:material_id>/file/", lesson.material_file, name="material-file"),
    # Topics, final marks, papers, rules
    path("journal/plans/", keeping.topic_plans, name="topic-plans"),
    path("journal/plans/add/", keeping.make_topic_plan, name="make-topic-plan"),
    path("journal/plans/<int:plan_id>/", keeping.topic_plan, name="topic-plan"),
    path("journal/plans/<int:plan_id>/edit/", keeping.rewrite_topic_plan, name="rewrite-topic-plan"),
    path("journal/plans/<int:plan_id>/copy/", keeping.copy_topic_plan, name="copy-topic-plan"),
    path("journal/groups/<int:group_id>/plan/", keeping.follow_topic_plan, name="follow-topic-plan"),
    path("journal/groups/<int:group_id>/finals/", keeping.finals, name="finals"),
    path("journal/groups/<int:group_id>/finals/term/", keeping.give_term_marks, name="give-term-marks"),
    path("journal/groups/<int:group_id>/finals/year/", keeping.give_year_marks, name="give-year-marks"),
    path("journal/groups/<int:group_id>/close/", keeping.close_term, name="close-term"),
    path("journal/groups/<int:group_id>/reopen/", keeping.reopen_term, name="reopen-term"),
    path("journal/groups/<int:group_id>/scale/", keeping.set_group_scale, name="set-group-scale"),
    path("journal/classes/<int:class_id>/sheet/", keeping.sheet, name="sheet"),
    path("journal/notes/", keeping.notes, name="notes"),
    path("journal/notes/<int:note_id>/decide/", keeping.decide_note, name="decide-note"),
    path("journal/notes/<int:note_id>/file/", keeping.note_file, name="note-file"),
    path("journal/rules/", keeping.school_rules, name="journal-rules"),
    path("journal/rules/kinds/add/", keeping.add_kind, name="add-kind"),
    path("journal/rules/kinds/<int:kind_id>/close/", keeping.close_kind, name="close-kind"),
    path("journal/rules/kinds/<int:kind_id>/weight/", keeping.change_weight, name="change-weight"),
    path("journal/rules/finals/add/", keeping.add_final_rule, name="add-final-rule"),
]

"""Addresses of the journal."""

from django.urls import path

from myschool.journal import views

CELL = "journal/lessons/<int:lesson_id>/students/<int:student_id>/cells/<int:position>/"

urlpatterns = [
    path("journal/", views.journals, name="journals"),
    path("journal/groups/<int:group_id>/", views.journal_page, name="journal-page"),
    path("journal/groups/<int:group_id>/data/", views.journal_data, name="journal-data"),
    path("journal/lessons/<int:lesson_id>/data/", views.lesson_data, name="lesson-data"),
    path(CELL, views.save_cell, name="save-cell"),
    path(CELL + "history/", views.cell_history, name="cell-history"),
    path(
        "journal/groups/<int:group_id>/students/<int:student_id>/average/",
        views.average_explained,
        name="average-explained",
    ),
    path("journal/lessons/<int:lesson_id>/unlock/", views.ask_unlock, name="ask-unlock"),
    path("journal/unlocks/", views.unlocks, name="unlocks"),
    path("journal/unlocks/<int:request_id>/decide/", views.decide_unlock, name="decide-unlock"),
]

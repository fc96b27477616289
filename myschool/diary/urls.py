"""Addresses of the diary."""

from django.urls import path

from myschool.diary import views

STUDENT = "diary/students/<int:student_id>/"

urlpatterns = [
    path("diary/", views.feed, name="diary"),
    path(STUDENT, views.week, name="diary-week"),
    path(STUDENT + "week.json", views.week_data, name="diary-week-data"),
    path(STUDENT + "lessons/<int:lesson_id>/", views.lesson, name="diary-lesson"),
    path(
        STUDENT + "lessons/<int:lesson_id>/materials/<int:material_id>/open/",
        views.open_material,
        name="diary-open-material",
    ),
    path(STUDENT + "lessons/<int:lesson_id>/materials/<int:material_id>/", views.material, name="diary-material"),
    path(STUDENT + "marks/", views.marks, name="diary-marks"),
    path(STUDENT + "absences/", views.absences, name="absences"),
    path(STUDENT + "acknowledge/", views.acknowledge, name="acknowledge"),
    path(STUDENT + "changes/", views.changes, name="diary-changes"),
    path(STUDENT + "calendar/", views.calendar, name="diary-calendar"),
    path("diary/notes/<int:note_id>/withdraw/", views.withdraw_note, name="withdraw-note"),
]

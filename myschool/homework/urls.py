"""Addresses of homework."""

from django.urls import path

from myschool.homework import views

OWN = "homework/<int:homework_id>/students/<int:student_id>/"

urlpatterns = [
    path("homework/groups/<int:group_id>/", views.homework_of_group, name="group-homework"),
    path("homework/report/", views.report, name="homework-report"),
    path("homework/report.csv", views.report_csv, name="homework-report-csv"),
    path("homework/files/<int:file_id>/", views.attached_file, name="homework-file"),
    path("homework/handed/<int:file_id>/", views.handed_file, name="handed-file"),
    path("homework/versions/<int:version_id>/review/", views.review, name="review-work"),
    path("homework/<int:homework_id>/", views.homework, name="homework"),
    path("homework/<int:homework_id>/change/", views.change, name="change-homework"),
    path("homework/<int:homework_id>/withdraw/", views.withdraw, name="withdraw-homework"),
    path(OWN, views.own_homework, name="own-homework"),
    path(OWN + "tick/", views.tick, name="tick-homework"),
    path(OWN + "files/<int:file_id>/", views.own_file, name="own-homework-file"),
    path(OWN + "handed/<int:file_id>/", views.own_handed_file, name="own-handed-file"),
]

"""Addresses of the study plan."""

from django.urls import path

from myschool.timetable import views

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/subjects/<int:subject_id>/close/", views.close_subject, name="close-subject"),
    path("plan/classes/<int:class_id>/", views.class_plan, name="class-plan"),
    path("plan/classes/<int:class_id>/hours/", views.set_hours, name="set-hours"),
    path("plan/classes/<int:class_id>/groups/", views.make_group, name="make-group"),
    path("plan/groups/<int:group_id>/", views.teaching_group, name="teaching-group"),
    path("plan/groups/<int:group_id>/students/", views.fill_part, name="fill-part"),
    path("plan/groups/<int:group_id>/classes/", views.add_class, name="add-group-class"),
    path("plan/groups/<int:group_id>/split/", views.split_group, name="split-group"),
    path("plan/groups/<int:group_id>/close/", views.close_group, name="close-group"),
    path("plan/loads/<int:load_id>/end/", views.end_load, name="end-load"),
    path("plan/terms/", views.terms, name="terms-of-year"),
    path("plan/terms/add/", views.make_scheme, name="make-scheme"),
    path("plan/terms/<int:scheme_id>/classes/", views.give_scheme, name="give-scheme"),
    path("plan/holidays/add/", views.add_holiday, name="add-holiday"),
    path("plan/holidays/<int:holiday_id>/remove/", views.remove_holiday, name="remove-holiday"),
]

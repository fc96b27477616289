"""Addresses between school and family."""

from django.urls import path

from myschool.involvement import views

FAMILY_ASK = "involvement/asks/<int:ask_id>/students/<int:student_id>/"

urlpatterns = [
    path("involvement/", views.overview, name="involvement"),
    path("involvement/asks/new/", views.new_ask, name="new-ask"),
    path("involvement/asks/<int:ask_id>/", views.results, name="ask-results"),
    path("involvement/asks/<int:ask_id>/answers.csv", views.results_csv, name="ask-results-csv"),
    path("involvement/asks/<int:ask_id>/change/", views.change, name="change-ask"),
    path("involvement/asks/<int:ask_id>/remind/", views.remind, name="remind-ask"),
    path("involvement/asks/<int:ask_id>/withdraw/", views.withdraw, name="withdraw-ask"),
    path(FAMILY_ASK, views.ask, name="family-ask"),
    path(FAMILY_ASK + "file/", views.ask_file, name="family-ask-file"),
    path(FAMILY_ASK + "answer/", views.answer, name="answer-ask"),
    path("involvement/evenings/new/", views.new_evening, name="new-evening"),
    path("involvement/evenings/<int:evening_id>/", views.evening, name="evening"),
    path("involvement/evenings/<int:evening_id>/withdraw/", views.withdraw_evening, name="withdraw-evening"),
    path("involvement/evenings/<int:evening_id>/students/<int:student_id>/", views.booking, name="booking"),
    path("involvement/slots/<int:slot_id>/close/", views.close_slot, name="close-slot"),
    path("involvement/slots/<int:slot_id>/free/", views.free, name="free-slot"),
    path("involvement/slots/<int:slot_id>/students/<int:student_id>/book/", views.book, name="book-slot"),
]

"""The way in and one's own data."""

from django.urls import path

from myschool.portal import views

urlpatterns = [path("", views.home, name="home"), path("privacy/export/<int:person_id>/", views.export, name="export")]

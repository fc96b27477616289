"""Addresses that every page links to."""

from django.urls import path

from myschool.kernel import views

urlpatterns = [path("look/", views.look, name="look")]

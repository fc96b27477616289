"""Addresses of uploads."""

from django.urls import path

from myschool.files import views

urlpatterns = [path("files/uploads/<str:token>/", views.upload, name="upload")]

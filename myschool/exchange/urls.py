"""Addresses of calendar links."""

from django.urls import path

from myschool.exchange import views

urlpatterns = [
    path("calendar/", views.calendar_feed, name="calendar-feed"),
    path("calendar/make/", views.make_feed, name="make-feed"),
    path("calendar/renew/", views.renew_feed, name="renew-feed"),
    path("calendar/revoke/", views.revoke_feed, name="revoke-feed"),
    path("calendar/feed/<str:token>.ics", views.read_feed, name="read-feed"),
]

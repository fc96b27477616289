"""Addresses of notices."""

from django.urls import path

from myschool.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/bell/", views.bell, name="notice-bell"),
    path("notices/read/", views.read_all, name="read-notices"),
    path("notices/<int:notice_id>/", views.open_notice, name="open-notice"),
    path("notices/settings/", views.notice_settings, name="notice-settings"),
    path("notices/settings/address/", views.give_address, name="notice-address"),
    path("notices/devices/", views.add_device, name="add-device"),
    path("notices/devices/<int:subscription_id>/remove/", views.remove_device, name="remove-device"),
    path("notices/confirm/<str:token>/", views.confirm, name="confirm-address"),
    path("notices/stop/<str:token>/", views.stop, name="stop-mail"),
    path("operator/deliveries/", views.deliveries, name="deliveries"),
    path("operator/deliveries/<int:delivery_id>/again/", views.send_again, name="send-again"),
    path("sw.js", views.service_worker, name="service-worker"),
    path("manifest.webmanifest", views.manifest, name="web-manifest"),
]

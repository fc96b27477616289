"""Every address of the platform."""

from django.urls import include, path

from myschool.config import views

# Tried in order: what is asked for most comes first.
urlpatterns = [
    path("", include("myschool.journal.urls")),
    path("", include("myschool.diary.urls")),
    path("", include("myschool.homework.urls")),
    path("", include("myschool.chat.urls")),
    path("", include("myschool.involvement.urls")),
    path("", include("myschool.timetable.urls")),
    path("", include("myschool.library.urls")),
    path("", include("myschool.people.urls")),
    path("", include("myschool.notices.urls")),
    path("", include("myschool.enrolment.urls")),
    path("", include("myschool.files.urls")),
    path("", include("myschool.records.urls")),
    path("", include("myschool.folders.urls")),
    path("", include("myschool.kernel.urls")),
    path("", include("myschool.exchange.urls")),
    path("", include("myschool.portal.urls")),
    path("operator/followers/", views.followers, name="followers"),
    path("operator/followers/<int:aside_id>/again/", views.follow_again, name="follow-again"),
]
handler400 = "myschool.kernel.middleware.bad_request"
handler403 = "myschool.kernel.middleware.forbidden"
handler404 = "myschool.kernel.middleware.not_found"
handler500 = "myschool.kernel.middleware.fault"

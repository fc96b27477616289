"""Addresses of joining a school: the requester's cabinet, the school's desk, the operator's list."""

from django.urls import path

from myschool.enrolment import views

urlpatterns = [
    path("schools/by-inn/", views.school_by_inn, name="school-by-inn"),
    path("schools/classes/", views.classes_of_level, name="classes-of-level"),
    path("cabinet/place/", views.own_place, name="own-place"),
    path("cabinet/children/add/", views.add_student, name="add-student"),
    path("cabinet/post/", views.own_post, name="own-post"),
    path("cabinet/invitation/", views.invitation, name="invitation"),
    path("cabinet/requests/<int:request_id>/", views.own_request, name="own-request"),
    path("cabinet/requests/<int:request_id>/send/", views.send_draft, name="send-draft"),
    path("cabinet/requests/<int:request_id>/answer/", views.answer, name="answer-request"),
    path("cabinet/requests/<int:request_id>/withdraw/", views.withdraw, name="withdraw-request"),
    path("connect/", views.connect, name="connect"),
    path("connect/<int:connection_id>/", views.connection, name="connection"),
    path("connect/<int:connection_id>/decree/", views.decree, name="decree"),
    path("desk/", views.desk, name="desk"),
    path("desk/search/", views.search_desk, name="search-desk"),
    path("desk/approve/", views.approve_many, name="approve-many"),
    path("desk/requests/<int:request_id>/", views.decide, name="decide"),
    path("desk/requests/<int:request_id>/approve/", views.approve, name="approve"),
    path("desk/requests/<int:request_id>/decline/", views.decline, name="decline"),
    path("desk/requests/<int:request_id>/clarify/", views.clarify, name="clarify"),
    path("desk/requests/<int:request_id>/release/", views.release, name="release"),
    path("desk/classes/", views.classes, name="classes"),
    path("desk/classes/<int:class_id>/", views.school_class, name="class"),
    path("desk/classes/<int:class_id>/rename/", views.rename_class, name="rename-class"),
    path("desk/classes/<int:class_id>/close/", views.close_class, name="close-class"),
    path("desk/placements/<int:placement_id>/move/", views.move, name="move"),
    path("desk/placements/<int:placement_id>/depart/", views.depart, name="depart"),
    path("desk/guardianships/<int:guardianship_id>/end/", views.end_guardianship, name="end-guardianship"),
    path("desk/staff/", views.staff, name="staff"),
    path("desk/staff/<int:post_id>/dismiss/", views.dismiss, name="dismiss"),
    path(
        "desk/invitations/<int:invitation_id>/withdraw/",
        views.withdraw_invitation,
        name="withdraw-invitation",
    ),
    path("operator/connections/", views.connections, name="connections"),
    path("operator/demands/", views.demands, name="demands"),
    path("operator/demands/<int:demand_id>/grant/", views.grant_deletion, name="grant-deletion"),
    path("operator/demands/<int:demand_id>/refuse/", views.refuse_deletion, name="refuse-deletion"),
    path(
        "operator/connections/<int:connection_id>/approve/",
        views.approve_connection,
        name="approve-connection",
    ),
    path(
        "operator/connections/<int:connection_id>/decline/",
        views.decline_connection,
        name="decline-connection",
    ),
]

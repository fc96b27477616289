"""Addresses of identity: login, registration, roles, sessions, personal data."""

from django.urls import path

from myschool.people import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/return/", views.login_return, name="login-return"),
    path("logout/", views.log_out, name="logout"),
    path("help/login/", views.help_login, name="help-login"),
    path("replay/", views.replay, name="replay"),
    path("registration/", views.registration, name="registration"),
    path("terms/", views.terms, name="terms"),
    path("role/", views.roles, name="roles"),
    path("role/switch/", views.switch_role, name="switch-role"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/<int:session_id>/end/", views.end_session, name="end-session"),
    path("sessions/end-others/", views.end_other_sessions, name="end-other-sessions"),
    path("session/", views.session_time, name="session-time"),
    path("privacy/", views.privacy, name="privacy"),
    path("privacy/mine/", views.own_privacy, name="own-privacy"),
    path("privacy/consents/<int:consent_id>/withdraw/", views.withdraw_consent, name="withdraw-consent"),
    path("privacy/views/<int:person_id>/", views.who_looked, name="who-looked"),
    path("privacy/refused/", views.refused_looks, name="refused-looks"),
    path("privacy/deletion/<int:person_id>/", views.demand_deletion, name="demand-deletion"),
]

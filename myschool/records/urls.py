"""Addresses of the store of learning records."""

from django.urls import path

from myschool.records import api, views

urlpatterns = [
    path("xapi/about", api.about, name="xapi-about"),
    path("xapi/statements", api.statements, name="xapi-statements"),
    path("xapi/activities", api.activities, name="xapi-activities"),
    path("xapi/activities/state", api.states, name="xapi-states"),
    path("xapi/activities/profile", api.activity_profiles, name="xapi-activity-profiles"),
    path("xapi/agents", api.agents, name="xapi-agents"),
    path("xapi/agents/profile", api.agent_profiles, name="xapi-agent-profiles"),
    path("records/keys/", views.keys, name="record-keys"),
    path("records/keys/<int:key_id>/end/", views.end_key, name="end-record-key"),
]

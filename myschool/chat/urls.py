"""Addresses of conversations."""

from django.urls import path

from myschool.chat import views

TALK = "chat/<int:talk_id>/"
MESSAGE = TALK + "messages/<int:number>/"

urlpatterns = [
    path("chat/", views.conversations, name="conversations"),
    path("chat/unread/", views.unread, name="chats-unread"),
    path("chat/new/", views.whom, name="chat-whom"),
    path("chat/new/begin/", views.begin, name="chat-begin"),
    path("chat/new/group/", views.make_named, name="chat-named"),
    path("chat/complaints/", views.own_complaints, name="own-complaints"),
    path("chat/files/<int:file_id>/", views.attached, name="chat-file"),
    path("chat/waiting/<int:message_id>/take-back/", views.take_back, name="take-back-message"),
    path(TALK, views.talk, name="talk"),
    path(TALK + "changes/", views.changes, name="talk-changes"),
    path(TALK + "older/", views.older, name="talk-older"),
    path(TALK + "messages/", views.send, name="send-message"),
    path(TALK + "read/", views.read, name="talk-read"),
    path(TALK + "members/", views.members, name="talk-members"),
    path(MESSAGE + "edit/", views.edit, name="edit-message"),
    path(MESSAGE + "delete/", views.delete, name="delete-message"),
    path(MESSAGE + "react/", views.react, name="react-to-message"),
    path(MESSAGE + "pin/", views.pin, name="pin-message"),
    path(MESSAGE + "readers/", views.readers, name="message-readers"),
    path(MESSAGE + "report/", views.report, name="report-message"),
    path("desk/complaints/", views.complaints, name="complaints"),
    path("desk/complaints/<int:complaint_id>/", views.complaint, name="complaint"),
    path("desk/complaints/<int:complaint_id>/evidence/", views.evidence, name="complaint-evidence"),
    path("desk/chat-rules/", views.rules, name="chat-rules"),
]

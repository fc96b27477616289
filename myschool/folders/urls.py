"""Addresses of people's files. `kind` is «folders» or «documents»: what both can do has one address."""

from django.urls import path

from myschool.folders import views

ITEM = "files/<str:kind>/<int:item_id>/"
DOCUMENT = "files/documents/<int:document_id>/"

urlpatterns = [
    path("files/", views.own_files, name="own-files"),
    path("files/own/uploads/", views.begin_upload, name="begin-own-upload"),
    path("files/shared/", views.shared, name="shared-files"),
    path("files/trash/", views.trash, name="trash"),
    path("files/trash/empty/", views.empty_trash, name="empty-trash"),
    path("files/folders/make/", views.make_folder, name="make-folder"),
    path("files/folders/<int:folder_id>/", views.folder, name="folder"),
    path("files/folders/<int:folder_id>/options/", views.folder_options, name="folder-options"),
    path(DOCUMENT, views.document, name="document"),
    path(DOCUMENT + "preview/", views.preview, name="document-preview"),
    path(DOCUMENT + "download/", views.download, name="download-document"),
    path(DOCUMENT + "content/", views.content, name="document-content"),
    path(DOCUMENT + "pages/<int:number>/", views.page_picture, name="document-page"),
    path(DOCUMENT + "link/", views.make_link, name="make-file-link"),
    path("files/versions/<int:version_id>/download/", views.download_version, name="download-version"),
    path("files/links/<str:token>/", views.linked, name="file-link"),
    path("files/shares/<int:share_id>/end/", views.end_share, name="end-share"),
    path(ITEM + "rename/", views.rename, name="rename-item"),
    path(ITEM + "move/", views.move, name="move-item"),
    path(ITEM + "trash/", views.trash_item, name="trash-item"),
    path(ITEM + "restore/", views.restore, name="restore-item"),
    path(ITEM + "share/", views.share, name="share-item"),
]

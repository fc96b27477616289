"""Addresses of the library."""

from django.urls import path

from myschool.library import api
from myschool.library.views import judging, making, reading, tools

urlpatterns = [
    path("library/", reading.catalogue, name="library"),
    path("library/uploads/", making.begin_upload, name="begin-material-upload"),
    path("library/materials/<int:material_id>/", reading.material, name="material"),
    path("library/materials/<int:material_id>/favour/", reading.favour, name="favour"),
    path("library/materials/<int:material_id>/report/", reading.report, name="report-error"),
    path("library/versions/<int:version_id>/open/", reading.begin, name="begin-play"),
    path("library/plays/<int:play_id>/", reading.play, name="play"),
    path("library/plays/<int:play_id>/finish/", reading.finish, name="finish-play"),
    path("library/shelves/", reading.shelves, name="shelves"),
    path("library/collections/", reading.make_collection, name="make-collection"),
    path("library/collections/<int:collection_id>/", reading.collection, name="collection"),
    path(
        "library/collections/<int:collection_id>/cartridge/",
        reading.export_collection,
        name="export-collection",
    ),
    path(
        "library/collections/<int:collection_id>/change/", reading.change_collection, name="change-collection"
    ),
    path(
        "library/collections/<int:collection_id>/remove/", reading.remove_collection, name="remove-collection"
    ),
    path("library/own/", making.own_materials, name="own-materials"),
    path("library/own/import/", making.import_cartridge, name="import-cartridge"),
    path("library/own/new/", making.new_material, name="new-material"),
    path("library/own/<int:material_id>/", making.own_material, name="own-material"),
    path("library/own/<int:material_id>/version/", making.new_version, name="new-version"),
    path("library/own/<int:material_id>/withdraw/", making.withdraw, name="withdraw-material"),
    path("library/own/versions/<int:version_id>/", making.version, name="version"),
    path("library/own/versions/<int:version_id>/submit/", making.submit, name="submit-version"),
    path("library/own/reports/<int:report_id>/answer/", making.answer_report, name="answer-report"),
    path("library/tools/", tools.own_tools, name="own-tools"),
    path("library/tools/new/", tools.new_tool, name="new-tool"),
    path("library/tools/<int:tool_id>/end/", tools.end_tool, name="end-tool"),
    path("library/tools/<int:tool_id>/choose/", tools.choose, name="choose-content"),
    path("library/tools/items/", tools.take_items, name="take-items"),
    path("library/plays/<int:play_id>/tool/", tools.open_tool, name="open-tool"),
    path("oai/", api.harvest, name="oai"),
    path("lti/authorize", tools.authorize, name="lti-authorize"),
    path("lti/items", api.items, name="lti-items"),
    path("lti/keys", api.keys, name="lti-keys"),
    path("lti/token", api.token, name="lti-token"),
    path("lti/lineitems", api.line_items, name="lti-line-items"),
    path("lti/lineitems/<int:material_id>", api.line_item, name="lti-line-item"),
    path("lti/lineitems/<int:material_id>/scores", api.scores, name="lti-scores"),
    path("lti/lineitems/<int:material_id>/results", api.results, name="lti-results"),
    path("lti/classes/<int:class_id>/members", api.members, name="lti-members"),
    path("library/publisher/", making.become_publisher, name="become-publisher"),
    path("library/reviews/", judging.reviews, name="reviews"),
    path("library/reviews/<int:review_id>/", judging.review, name="review"),
    path("library/reviews/<int:review_id>/conflict/", judging.conflict, name="declare-conflict"),
    path("library/school/", judging.school_materials, name="school-materials"),
    path("library/school/<int:version_id>/approve/", judging.approve_own, name="approve-own"),
    path("library/school/<int:version_id>/return/", judging.return_own, name="return-own"),
    path("operator/publishers/", judging.publishers, name="publishers"),
    path("operator/publishers/<int:application_id>/agreement/", judging.agreement, name="agreement"),
    path(
        "operator/publishers/<int:application_id>/approve/",
        judging.approve_publisher,
        name="approve-publisher",
    ),
    path(
        "operator/publishers/<int:application_id>/decline/",
        judging.decline_publisher,
        name="decline-publisher",
    ),
    path("operator/experts/", judging.experts, name="experts"),
    path("operator/experts/<int:post_id>/dismiss/", judging.dismiss_expert, name="dismiss-expert"),
]

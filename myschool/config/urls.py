"""Every address of the platform."""

from collections import defaultdict
from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, include, path

from myschool.chat.urls import urlpatterns as chat
from myschool.config import views
from myschool.diary.urls import urlpatterns as diary
from myschool.enrolment.urls import urlpatterns as enrolment
from myschool.exchange.urls import urlpatterns as exchange
from myschool.files.urls import urlpatterns as files
from myschool.folders.urls import urlpatterns as folders
from myschool.homework.urls import urlpatterns as homework
from myschool.involvement.urls import urlpatterns as involvement
from myschool.journal.urls import urlpatterns as journal
from myschool.kernel.urls import urlpatterns as kernel
from myschool.library.urls import urlpatterns as library
from myschool.notices.urls import urlpatterns as notices
from myschool.people.urls import urlpatterns as people
from myschool.portal.urls import urlpatterns as portal
from myschool.records.urls import urlpatterns as records
from myschool.timetable.urls import urlpatterns as timetable


def by_first_word(doors: Iterable[URLPattern]) -> list[URLPattern | URLResolver]:
    """The same addresses in the same order, sorted by their first word: a request tries those of its own word only."""
    words: dict[str, list[URLPattern]] = defaultdict(list)
    for door in doors:
        word, slash, rest = str(door.pattern).partition("/")
        if not slash or "<" in word:
            word, slash, rest = "", "", str(door.pattern)
        words[word + slash].append(path(rest, door.callback, door.default_args, door.name))
    return [path(word, include(listed)) for word, listed in words.items()]


# Tried in order: what is asked for most comes first.
urlpatterns = by_first_word(
    [
        *journal,
        *diary,
        *homework,
        *chat,
        *involvement,
        *timetable,
        *library,
        *people,
        *notices,
        *enrolment,
        *files,
        *records,
        *folders,
        *kernel,
        *exchange,
        *portal,
        path("operator/followers/", views.followers, name="followers"),
        path("operator/followers/<int:aside_id>/again/", views.follow_again, name="follow-again"),
    ]
)
handler400 = "myschool.kernel.middleware.bad_request"
handler403 = "myschool.kernel.middleware.forbidden"
handler404 = "myschool.kernel.middleware.not_found"
handler500 = "myschool.kernel.middleware.fault"

"""Videos: a file, or an archive with subtitles or a stream (HLS)."""

import posixpath

from myschool.library.rules.packages import Finding, Format, Package, Passport, must_have

PLAYABLE = (".html", ".htm", ".xml", ".json")
SUBTITLES = ".vtt"


def read(package: Package) -> Passport | None:
    """A stream, or the one film of a package that holds no pages.

    Raises:
        BadPackage: a list of the stream names what is not there.
    """
    playlists = sorted(path for path in package.paths if path.endswith(".m3u8"))
    if playlists:
        return _stream(package, playlists)
    movies = sorted(path for path in package.paths if path.endswith((".mp4", ".webm")))
    if len(movies) == 1 and not any(path.endswith(PLAYABLE) for path in package.paths):
        return Passport(format=FORMAT.code, launch=movies[0], findings=_subtitles(package))
    return None


def _stream(package: Package, playlists: list[str]) -> Passport:
    main = next((path for path in playlists if "#EXT-X-STREAM-INF" in package.text(path)), playlists[0])
    for path in playlists:
        for line in package.text(path).splitlines():
            if line.strip() and not line.startswith("#"):
                must_have(package, posixpath.normpath(posixpath.join(posixpath.dirname(path), line.strip())))
    return Passport(format=FORMAT.code, launch=main, findings=_subtitles(package))


def _subtitles(package: Package) -> tuple[Finding, ...]:
    if any(path.endswith(SUBTITLES) for path in package.paths):
        return ()
    return (Finding("subtitles", "У видео нет субтитров (.vtt): ученики, которые не слышат, его не поймут."),)


FORMAT = Format(
    code="video",
    title="Видео",
    order=30,
    files={"video/mp4": "video.mp4", "video/webm": "video.webm"},
    advice=(Finding("subtitles", "У видео нет субтитров. Приложите архив ZIP: видео и субтитры .vtt."),),
    turn=60,
    reads=read,
    alone="видео",
    alone_exactly="видео MP4 или WebM",
    package="HLS",
    media="video/mp4",
    dcmi="MovingImage",
    endings={
        SUBTITLES: "text/vtt",
        ".m3u8": "application/vnd.apple.mpegurl",
        ".ts": "video/mp2t",
        ".m4s": "video/iso.segment",
    },
    subtitles=SUBTITLES,
    is_portable=True,
)

"""Sounds."""

from myschool.library.rules.packages import Format

FORMAT = Format(
    code="audio",
    title="Звук",
    order=40,
    files={"audio/mpeg": "audio.mp3", "audio/ogg": "audio.ogg", "audio/mp4": "audio.m4a", "audio/x-wav": "audio.wav"},
    alone="звук",
    media="audio/mpeg",
    dcmi="Sound",
    is_portable=True,
)

"""Pictures."""

from myschool.library.rules.packages import Format

FORMAT = Format(
    code="picture",
    title="Рисунок",
    order=50,
    files={
        "image/jpeg": "picture.jpg",
        "image/png": "picture.png",
        "image/gif": "picture.gif",
        "image/webp": "picture.webp",
    },
    alone="рисунок",
    media="image/png",
    dcmi="StillImage",
    is_portable=True,
)

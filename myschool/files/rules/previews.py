"""How a file of some type is shown, and which programs that takes."""

PAGES, PICTURE, VIDEO, AUDIO, TEXT, NONE = "pages", "picture", "video", "audio", "text", "none"
MOST_PAGES = 50
OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
# What LibreOffice turns into PDF; it trusts a name's ending, which we give by the content.
ENDINGS = {
    f"{OPEN_XML}.wordprocessingml.document": "docx",
    f"{OPEN_XML}.spreadsheetml.sheet": "xlsx",
    f"{OPEN_XML}.presentationml.presentation": "pptx",
    f"{OPEN_DOCUMENT}.text": "odt",
    f"{OPEN_DOCUMENT}.spreadsheet": "ods",
    f"{OPEN_DOCUMENT}.presentation": "odp",
}
PDF = "application/pdf"


def kind_of(content_type: str) -> str:
    """In which way a type is shown."""
    if content_type == PDF or content_type in ENDINGS:
        return PAGES
    first = content_type.partition("/")[0]
    if content_type == "text/plain":
        return TEXT
    return {"image": PICTURE, "video": VIDEO, "audio": AUDIO}.get(first, NONE)

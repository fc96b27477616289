"""What a browser says of itself, in words a person recognises their device by."""

BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_title(user_agent: str) -> str:
    """«Chrome, Windows»; the order of the tables matters, since browsers also name those they descend from."""
    browser = next((title for mark, title in BROWSERS if mark in user_agent), "Неизвестный браузер")
    system = next((title for mark, title in SYSTEMS if mark in user_agent), "")
    return f"{browser}, {system}" if system else browser

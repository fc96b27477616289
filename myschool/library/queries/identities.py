"""By which names the store of records knows a material, its parts and those who play it."""

from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac


def agent_of(material_id: int, person_id: int) -> dict[str, Any]:
    """A person as a material knows them: a name of its own for each material, which leads to nobody outside."""
    name = salted_hmac("library.agent", f"{material_id}:{person_id}").hexdigest()[:32]
    return {"objectType": "Agent", "account": {"homePage": f"{settings.SITE_URL}/", "name": name}}


def activity_of(material_id: int, part: int | None = None) -> str:
    """The activity that a material, or a part of it, is in records."""
    whole = f"{settings.SITE_URL}/library/materials/{material_id}/"
    return whole if part is None else f"{whole}parts/{part}"


def scope_of(material_id: int) -> str:
    """Whose records a material's are: its own, whoever plays it."""
    return f"material:{material_id}"

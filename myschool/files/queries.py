"""What is shown of a file."""

from dataclasses import dataclass

from myschool.files.models import Preview, StoredFile


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How a file is shown: `kind` and `state` are those of `Preview`; `numbers` are the pages there are pictures of."""

    kind: str
    state: str
    reason: str
    pages: int
    numbers: tuple[int, ...]

    @property
    def left_out(self) -> int:
        """How many pages have no picture."""
        return self.pages - len(self.numbers)


def shown(file: StoredFile) -> Shown:
    """How a file is shown, in two statements; of what was never asked for nothing is."""
    preview = Preview.objects.filter(key=file.key).first()
    if preview is None:
        return Shown(kind=Preview.Kind.NONE, state=Preview.State.READY, reason="", pages=0, numbers=())
    numbers: tuple[int, ...] = ()
    if preview.kind == Preview.Kind.PAGES:
        numbers = tuple(preview.pictures.order_by("number").values_list("number", flat=True))
    return Shown(kind=preview.kind, state=preview.state, reason=preview.reason, pages=preview.pages, numbers=numbers)

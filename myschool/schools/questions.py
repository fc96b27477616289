"""What a school asks those above when its terms and classes change, in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass

from myschool.kernel.questions import Question


@dataclass(frozen=True)
class ClassRename:
    """A class has another name: «7А» is «8А»."""

    class_id: int
    old_title: str
    new_title: str


# Terms, by id, whose days have just changed, in the same transaction; answered by a refusal where they may not.
terms_move = Question[Collection[int], None]()
# Whoever keeps a title made of the class's gives it the new one.
class_renamed = Question[ClassRename, None]()

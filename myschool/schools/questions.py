"""What a school's terms ask before their days change."""

from collections.abc import Collection

from myschool.kernel.questions import Question

# Terms, by id, whose days have just changed, in the same transaction; answered by a refusal where they may not.
terms_move = Question[Collection[int], None]()

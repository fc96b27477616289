"""What stands in the menu: each package names its own sections in its `menu`, and the frame of pages gathers them."""

from dataclasses import dataclass

from myschool.kernel.actors import Role

# Whoever has chosen a role, whichever it is.
ANY_ROLE = frozenset(Role)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of the platform in the menu of these roles; without `roles`, also of who has none yet.

    `order` is its place among all. `counter` is a door that tells, of its own, how much is new there. What `is_own` is about
    oneself: it stands in the menu behind one's name.
    """

    title: str
    url: str
    icon: str
    order: int
    roles: frozenset[Role] | None = None
    counter: str = ""
    is_own: bool = False

    def is_for(self, role: Role | None) -> bool:
        """Whether it stands in a role's menu."""
        return self.roles is None or role in self.roles

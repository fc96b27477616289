"""What makes a page cheap: parts that are the same for many, rendered once, and addresses worked out once."""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.safestring import SafeString, mark_safe

from myschool.kernel import jinja
from myschool.kernel.addresses import address
from myschool.kernel.templatetags.assets import Build, build

register = template.Library()

# Parts that a process remembers, of about a kilobyte. Frames differ by section of the menu, role and look: some hundreds;
# what a page keeps by its school is the rest.
MOST = 4000


class NotNamed(Exception):
    """Markup that is kept asks for a value of the page that its tag does not name."""


class Alone(template.Context):
    """Nothing but some values: whoever asks for another one learns it, where a page's context would show nothing."""

    def __getitem__(self, key: int | str | template.Node) -> Any:
        """The value.

        Raises:
            NotNamed: there is none of this name.
        """
        try:
            return super().__getitem__(key)
        except KeyError:
            raise NotNamed(f"“kept” names no “{key}”: name it, or put what shows it outside") from None

    def new(self, values: dict[str, Any] | template.Context | None = None) -> template.Context:
        """What a fragment that is included with `only` sees: it may leave values out."""
        fresh = template.Context(values)
        fresh.template = self.template
        return fresh


class Kept(template.Node):
    """Markup that sees nothing of its page but the values it names, and so can be given to whoever has the same ones."""

    def __init__(self, values: dict[str, FilterExpression], markup: NodeList) -> None:
        self.values, self.markup = values, markup

    def render(self, context: template.Context) -> SafeString:
        """The markup, as it was rendered when these values came first."""
        values = tuple([expression.resolve(context) for expression in self.values.values()])
        key = (self, build(), values, _kinds(values))
        markup = _kept.get(key)
        if markup is None:
            markup = self._render(context, values)
            if len(_kept) >= MOST:
                _kept.clear()
            _kept[key] = markup
        return markup

    def _render(self, context: template.Context, values: tuple[Any, ...]) -> SafeString:
        # Not the page's own context: what it says of a person is out of reach here.
        alone = Alone(dict(zip(self.values, values, strict=True)))
        alone.template = context.template
        return mark_safe(self.markup.render(alone))  # noqa: S308 - rendered just now, by the rules of every template


def _kinds(value: Any) -> Any:
    """Text and markup may be equal and are not the same, however deep they stand: one is escaped."""
    return (type(value), *map(_kinds, value)) if isinstance(value, tuple) else type(value)


_kept: dict[tuple[Kept, Build, tuple[Any, ...], Any], SafeString] = {}


class Address(template.Node):
    """A door's address, by its name and the ids of its rows."""

    def __init__(self, door: str, ids: list[FilterExpression]) -> None:
        self.door, self.ids = door, ids

    def render(self, context: template.Context) -> str:
        """The address; ids are numbers and need no escaping."""
        return address(self.door, *[expression.resolve(context) for expression in self.ids])


@register.tag("address")
def address_tag(parser: Parser, token: Token) -> Address:
    """`{% address "journal-data" page.group_id %}`: as `url`, for pages that are opened all day."""
    _, door, *ids = token.split_contents()
    return Address(door.strip('"'), [parser.compile_filter(word) for word in ids])


class Fragment(template.Node):
    """A fragment of Jinja2's within a page of Django's."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression]) -> None:
        self.name, self.values = name, values

    def render(self, context: template.Context) -> SafeString:
        """The fragment; it sees the values that are named."""
        values = {name: expression.resolve(context) for name, expression in self.values.items()}
        return jinja.rendered(self.name.resolve(context), **values)


@register.tag("jinja")
def jinja_tag(parser: Parser, token: Token) -> Fragment:
    """`{% jinja "diary/_days.jinja.html" page=page %}`: a long list, see `kernel/jinja.py`."""
    _, name, *words = token.split_contents()
    return Fragment(parser.compile_filter(name), token_kwargs(words, parser))


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """`{% kept menu=menu %}…{% endkept %}`: rendered once for each value of `menu`, which is all that stands open inside.

    Values are compared as keys of a dictionary are: lists and rows of the database are refused.
    """
    words = token.split_contents()[1:]
    values = token_kwargs(words, parser)
    if words:
        raise template.TemplateSyntaxError(f"“kept” names each value it is made of, name=value: {' '.join(words)}")
    markup = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(values, markup)

"""The template engine: one URL, one template, of which htmx gets a named block."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from contextualise.web.shared.assets import Assets

TEMPLATES = Path(__file__).parents[2] / "templates"


class Templates:
    """Renders `folder/page.html`, or with `#block` one block of it alone.

    A block rendered alone sees no top-level import of its page, so the macros of `shared/ui.html` are a global: `ui`.
    """

    def __init__(self, assets: Assets, *, site_name: str = "Contextualise") -> None:
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.loopcontrols"],
        )
        self.environment.globals.update(asset=assets.url, site_name=site_name)
        self.environment.filters.update(datetime=show_moment, date=show_date, number=show_number, bytes=show_bytes, iso=show_iso)
        self.environment.globals["ui"] = self.environment.get_template("shared/ui.html").module

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """The whole template or, for `name#block`, the block. Raises `KeyError` for a block that the template does not have."""
        name, _, block = name.partition("#")
        template = self.environment.get_template(name)
        if not block:
            return template.render(context)
        return _render_block(template, block, context)

    def flash_partial(self, notices: Sequence[object]) -> str:
        """Messages in the form in which htmx adds them to those of the page."""
        return str(self.environment.globals["ui"].flash_partial(notices))  # type: ignore[attr-defined]  # a template's module


def _render_block(template: Template, block: str, context: Mapping[str, Any]) -> str:
    return "".join(template.blocks[block](template.new_context(dict(context))))


def show_moment(value: datetime) -> Markup:
    """A moment as a `time` element in UTC; a script shows it in the reader's zone and language."""
    text = f"{value.day} {value:%B %Y, %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(show_iso(value), text)


def show_date(value: date) -> Markup:
    """A day as a `time` element."""
    return Markup('<time datetime="{}">{}</time>').format(f"{value:%Y-%m-%d}", f"{value.day} {value:%B %Y}")


def show_iso(value: datetime) -> str:
    """A moment in the form that machines read."""
    return value.isoformat(timespec="seconds")


def show_number(value: float) -> str:
    """A number with thin spaces between thousands."""
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def show_bytes(value: int) -> str:
    """A size for a person: 1.4 MB."""
    size = float(value)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("unreachable")

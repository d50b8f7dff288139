"""A page complete in itself, for the screen and for printing: Jinja templates on one base, with one stylesheet."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

BASE = Path(__file__).parent / "templates"


def page(folder: Path, template: str, **content: Any) -> str:
    """The page that a template of `folder` makes of `content`. Whatever is text in it is escaped."""
    return _environment(folder).get_template(template).render(content)


@cache
def _environment(folder: Path) -> Environment:
    loader = FileSystemLoader([folder, BASE])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

"""A document as a page complete in itself, for the screen and for printing: Jinja templates on one stylesheet."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.dates import in_words
from shared.documents.model import Document

BASE = Path(__file__).parent / "templates"


def as_page(made: Document) -> str:
    """The document in HTML."""
    return page(BASE, "document.html", made=msgspec.to_builtins(made), dated=in_words(made.made_on))


def page(folder: Path, template: str, **content: Any) -> str:
    """The page that a template of `folder` makes of `content`. Whatever is text in it is escaped."""
    return _environment(folder).get_template(template).render(content)


@cache
def _environment(folder: Path) -> Environment:
    loader = FileSystemLoader([folder, BASE])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

"""Rendering without a database: a template in, text out."""

import re
from collections.abc import Callable

import pytest

Render = Callable[..., str]


@pytest.fixture
def render() -> Render:
    """`render("<c-state tone='due' word='Due' />")`, with the context as keyword arguments."""
    from django.template import Context, engines
    from django_cotton.compiler_regex import CottonCompiler

    def rendered(source: str, **context: object) -> str:
        template = engines["django"].engine.from_string(CottonCompiler().process(source))
        return re.sub(r"[ \n\t]+", " ", template.render(Context(context)))

    return rendered

"""Every language on the list can be coloured, whatever it is called."""

import pytest

from contextualise.lib.markdown import render
from contextualise.lib.markdown.highlighting import LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES | {"C++", "js", "PY", "yml", "dockerfile"}))
def test_language_has_a_lexer(language: str) -> None:
    rendered = render(f'```{language}\n+let x = "1" # <b>\n\\section{{y}} **z**\n```')
    assert f'data-language="{language}"' in rendered.html
    assert "<span" in rendered.html
    assert "&lt;" in rendered.html

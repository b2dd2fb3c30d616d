"""The words of a text, for search and excerpts."""

from contextualise.lib.markdown import excerpt, render


def test_plain_text_has_the_words_and_no_markup() -> None:
    source = '# Tosca\n\nAn *opera* by [[Giacomo Puccini|Puccini]], see [home](https://a.org "t").\nNext line  \nbroken `code`.'
    assert render(source).plain == "Tosca\nAn opera by Puccini, see home. Next line broken code."


def test_plain_text_has_cells_code_footnotes_and_descriptions() -> None:
    source = "|a|b|\n|-|-|\n|c|d|\n\n```py\nx = 1\n```\n\n- one\n- two[^1]\n\n![a house](/f.png)\n\n[^1]: aside"
    assert render(source).plain == "a b \nc d \nx = 1\none\ntwo\na house\naside"


def test_excerpt_is_one_line_cut_between_words() -> None:
    text = "Tosca is an opera,\nin three acts."
    assert excerpt(text) == "Tosca is an opera, in three acts."
    assert excerpt(text, 25) == "Tosca is an opera, in…"
    assert excerpt(text, 19) == "Tosca is an opera…"


def test_excerpt_never_exceeds_its_length() -> None:
    text = "word " * 10 + "x" * 300
    for length in range(2, 200):
        assert len(excerpt(text, length)) <= length

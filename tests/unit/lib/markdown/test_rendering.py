"""What a text looks like once it is rendered."""

import pytest

from contextualise.lib.markdown import MAX_SOURCE, Heading, SourceTooLong, render


def html(source: str, **options: object) -> str:
    return render(source, **options).html.strip()  # type: ignore[arg-type]


def test_headings_stand_below_the_pages_own_and_have_ids() -> None:
    rendered = render("# Act *one*\n\n###### deep\n\n# Act one")
    assert '<h2 id="text-act-one">Act <em>one</em></h2>' in rendered.html
    assert '<h6 id="text-deep">deep</h6>' in rendered.html
    assert [heading.id for heading in rendered.headings] == ["text-act-one", "text-deep", "text-act-one-2"]
    assert rendered.headings[0] == Heading(2, "text-act-one", "Act one")


def test_heading_named_like_a_repeat_gets_an_id_of_its_own() -> None:
    ids = [heading.id for heading in render("# a\n# a 2\n# a\n# a\n# a 2").headings]
    assert len(set(ids)) == 5


def test_prefix_keeps_two_texts_of_a_page_apart() -> None:
    source = "# a\n\nx[^1] [to a](#a)\n\n[^1]: y"
    first, second = render(source, id_prefix="t1-").html, render(source, id_prefix="t2-").html
    assert 'id="t1-a"' in first and 'href="#t1-a"' in first and 'id="t1-fn_1"' in first
    assert first.replace("t1-", "t2-") == second


@pytest.mark.parametrize("prefix", ["", "1", 'a"b', "a b"])
def test_prefix_that_is_no_id_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        render("a", id_prefix=prefix)


def test_table_scrolls_inside_itself_and_aligns_by_class() -> None:
    table = html("|a|b|\n|:-|-:|\n|1|2|")
    assert table.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert '<td class="cell--right">2</td>' in table
    assert "style" not in table


def test_task_list_says_its_state_to_screen_readers() -> None:
    tasks = html("- [ ] a\n- [x] b")
    assert '<input class="task-list-item-checkbox" type="checkbox" disabled="" aria-label="Not done"> a' in tasks
    assert 'aria-label="Done" checked=""> b' in tasks


def test_footnotes_link_there_and_back_from_each_use() -> None:
    text = html("a[^n] b[^n]\n\n[^n]: note\n[^unused]: lost")
    assert '<a href="#text-fn_1" id="text-fnref_1" role="doc-noteref">1</a>' in text
    assert 'id="text-fnref_1_2"' in text
    assert '<li id="text-fn_1" class="footnote-item"><p>note' in text
    assert text.count("doc-backlink") == 2
    assert "lost" not in text


def test_definition_list_and_strikethrough() -> None:
    assert "<dt>Tosca</dt>\n<dd>an opera</dd>" in html("Tosca\n: an opera")
    assert html("~~no~~") == "<p><s>no</s></p>"


def test_known_language_is_coloured_and_unknown_is_plain() -> None:
    assert '<div class="highlight" data-language="python"><pre tabindex="0"><code><span class="k">def' in html("```python\ndef f(): 1\n```")
    assert '<span class="kd">let' in html("```js\nlet a\n```")
    assert html("```klingon {x}\na < b\n```") == (
        '<div class="highlight" data-language="klingon"><pre tabindex="0"><code>a &lt; b\n</code></pre></div>'
    )
    assert 'data-language="ascriptb"' in html('```a<script>"b\nx\n```')


@pytest.mark.parametrize("code", ["x = 1\n" * 4_000, "x" * 600, "if 1:" + " " * 200 + "pass", "x\n" + "\n" * 30 + "y", "(" * 100])
def test_code_unlike_code_stays_plain(code: str) -> None:
    text = html(f"```python\n{code}\n```")
    assert "<span" not in text and code.strip() in text


def test_heading_named_like_a_footnote_has_another_id() -> None:
    text = html("# fn 1\n\n# fnref 1\n\na[^1]\n\n[^1]: b")
    assert 'id="text-fn-1"' in text and 'id="text-fn_1"' in text


def test_link_to_another_site_lends_it_nothing() -> None:
    assert html("[x](https://e.org)") == '<p><a href="https://e.org" rel="nofollow noopener noreferrer">x</a></p>'
    assert html("[x](//e.org)") == '<p><a href="//e.org" rel="nofollow noopener noreferrer">x</a></p>'


def test_link_within_the_site_is_left_alone() -> None:
    assert html("[x](/maps/1)") == '<p><a href="/maps/1">x</a></p>'
    assert html("[x](https://ours.org/maps/1)", base="https://ours.org") == '<p><a href="https://ours.org/maps/1">x</a></p>'


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "javascript&colon;alert(1)",
        "java&#10;script:alert(1)",
        "&#x6A;avascript:alert(1)",
        "<javascript:alert(1)>",
        "<java\tscript:alert(1)>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("form", ["[x]({})", "![x]({})", "<{}>", "[x]\n\n[x]: {}"])
def test_unsafe_address_becomes_no_link(href: str, form: str) -> None:
    assert "href" not in html(form.format(href)) and "src" not in html(form.format(href))


def test_raw_html_is_shown_as_written() -> None:
    assert html("<b onclick=alert(1)>x</b>") == "<p>&lt;b onclick=alert(1)&gt;x&lt;/b&gt;</p>"
    assert html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert html("<!-- x -->") == "<p>&lt;!-- x --&gt;</p>"


def test_picture_of_the_site_is_shown_and_of_another_is_linked() -> None:
    assert html('![the *house*](/f/1.png "T")') == ('<p><img src="/f/1.png" alt="the house" title="T" loading="lazy" decoding="async"></p>')
    assert html("![the *house*](https://e.org/1.png)") == (
        '<p><a href="https://e.org/1.png" class="outside-image" rel="nofollow noopener noreferrer">the house</a></p>'
    )
    assert html("[![logo](https://e.org/1.png)](/a)") == '<p><a href="/a">logo</a></p>'


@pytest.mark.parametrize(
    ("written", "href", "label"),
    [
        ("see https://a.org/b_c_d.", "https://a.org/b_c_d", "https://a.org/b_c_d"),
        ("(http://a.org/x_(y))", "http://a.org/x_(y)", "http://a.org/x_(y)"),
        ("www.a.org, b", "http://www.a.org", "www.a.org"),
        ("mail x.y@a.org!", "mailto:x.y@a.org", "x.y@a.org"),
        ("https://münchen.de/ü", "https://xn--mnchen-3ya.de/%C3%BC", "https://münchen.de/ü"),
        ("a https://a.org/?x=1&y=2 b", "https://a.org/?x=1&amp;y=2", "https://a.org/?x=1&amp;y=2"),
        ("“https://a.org”", "https://a.org", "https://a.org"),
    ],
)
def test_bare_address_becomes_a_link(written: str, href: str, label: str) -> None:
    assert f'<a href="{href}" rel="nofollow noopener noreferrer">{label}</a>' in html(written)


@pytest.mark.parametrize(
    "written", ["`https://a.org`", "xhttps://a.org", "javascript://a.org/%0aalert(1)", "a@b", "www.", "http://", "1:2", "@a"]
)
def test_what_is_no_address_stays_text(written: str) -> None:
    assert "href" not in html(written)


def test_bare_address_inside_a_link_is_not_linked_again() -> None:
    assert html("[https://a.org x](/y)") == '<p><a href="/y">https://a.org x</a></p>'


def test_control_characters_are_dropped_and_lone_surrogates_replaced() -> None:
    assert html("a\x00b\x07c\ud800d") == "<p>abc\ufffdd</p>"


def test_too_long_a_source_is_refused() -> None:
    with pytest.raises(SourceTooLong):
        render("ä" * (MAX_SOURCE // 2 + 1))
    render("a " * (MAX_SOURCE // 200))


def test_deep_nesting_is_shown_as_written_and_loses_nothing() -> None:
    source = "> " * 60 + "deep"
    rendered = render(source)
    assert rendered.as_written
    assert rendered.plain == source
    assert rendered.html.startswith('<pre class="as-written" tabindex="0">&gt; ')


def test_fifteen_levels_of_lists_are_formatted() -> None:
    rendered = render("\n".join("  " * level + f"- item {level}" for level in range(15)))
    assert not rendered.as_written
    assert rendered.html.count("<ul>") == 15


def test_empty_text() -> None:
    rendered = render("")
    assert (rendered.html, rendered.plain, rendered.links, rendered.headings) == ("", "", (), ())

"""Where an answer leads to: always a page of ours, in signs that a header may hold."""

from urllib.parse import unquote

import pytest

from contextualise.web.shared.fragments import as_header
from tests.web import Person


@pytest.mark.parametrize("title", ["歌劇", "Ֆիլմ", "Опера", "אופרה", "🎭 Tosca"])
async def test_a_map_may_have_a_title_in_any_script(owner: Person, title: str) -> None:
    made = await owner.post("/maps/new", {"title": title})
    page = await owner.follow(made)
    assert title in page.text
    address = made.headers["location"]
    renamed = await owner.post(f"{address}/edit", {"title": f"{title} {title}", "default_lang": "en"})
    assert renamed.status_code == 303
    assert (await owner.follow(renamed)).status_code == 200
    moved = await owner.get(address)
    assert (moved.status_code, unquote(moved.headers["location"])) == (301, unquote(renamed.headers["location"]))
    fragment = await owner.post("/maps/new", {"title": title}, fragment=True)
    assert fragment.headers["hx-redirect"].isascii()


def test_a_header_is_never_broken_by_what_somebody_wrote() -> None:
    assert as_header("/a?b=1\r\nSet-Cookie: x=1") == "/a?b=1%0D%0ASet-Cookie:%20x=1"
    assert as_header("/maps/7-a?q=%2F&x=[1]#text") == "/maps/7-a?q=%2F&x=[1]#text"
    assert as_header("/\udfff").isascii()


@pytest.mark.parametrize("charset", ["none-such", "utf-16", "idna"])
async def test_a_form_in_an_unknown_encoding_is_refused(owner: Person, charset: str) -> None:
    part = (
        f'--edge\r\nContent-Disposition: form-data; name="title"\r\nContent-Type: text/plain; charset={charset}\r\n\r\nTos\r\n--edge--\r\n'
    )
    answer = await owner.request("POST", "/maps/new", content=part.encode(), headers={"Content-Type": "multipart/form-data; boundary=edge"})
    assert answer.status_code in (400, 303)

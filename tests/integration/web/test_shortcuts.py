import re

from tests.opera import Opera
from tests.web import Site


def keys(html: str) -> dict[str, str]:
    return {sequence: href for href, sequence in re.findall(r'<a href="([^"]+)" data-keys="([^"]+)"', html)}


async def test_list_has_what_the_reader_may_do(opera: Opera) -> None:
    own = keys((await opera.owner.get(f"{opera.url}/shortcuts")).text)
    assert own["g t"] == f"{opera.url}/topics" and own["n t"] == f"{opera.url}/topics/new" and own["g m"] == "/maps"
    others = keys((await opera.viewer.get(f"{opera.url}/shortcuts")).text)
    assert "n t" not in others and "g n" not in others and others["g t"] == own["g t"]
    everywhere = keys((await opera.anonymous.get("/shortcuts")).text)
    assert "g t" not in everywhere and "g m" not in everywhere and everywhere["g a"] == "/search"


async def test_no_two_shortcuts_have_the_same_keys(opera: Opera) -> None:
    page = (await opera.owner.get(f"{opera.url}/shortcuts")).text
    listed = re.findall(r'data-keys="([^"]+)"', page)
    assert len(listed) == len(set(listed)) > 8


async def test_every_shortcut_leads_somewhere(opera: Opera) -> None:
    for href in keys((await opera.owner.get(f"{opera.url}/shortcuts")).text).values():
        assert (await opera.owner.get(href)).status_code == 200, href


async def test_dialog_gets_the_list_alone(opera: Opera) -> None:
    fragment = await opera.viewer.get(f"{opera.url}/shortcuts", fragment=True)
    assert "<html" not in fragment.text and 'data-keys="g t"' in fragment.text


async def test_a_private_maps_list_is_not_there_for_others(opera: Opera) -> None:
    for client in (opera.stranger, opera.anonymous):
        assert (await client.get(f"{opera.url}/shortcuts")).status_code == 404


async def test_keys_are_turned_off_and_on_for_this_browser(site: Site) -> None:
    client = site.anonymous
    assert "are on in this browser" in (await client.get("/shortcuts")).text
    answer = await client.post("/shortcuts", {"shortcuts": "off", "next": "/shortcuts"})
    assert client.cookies["shortcuts"] == "off"
    (cookie,) = [line for line in answer.headers.get_list("set-cookie") if line.startswith("shortcuts=")]
    assert "httponly" not in cookie.lower(), "the script that obeys it has to read it"
    assert "are off in this browser" in (await client.follow(answer)).text
    await client.post("/shortcuts", {"shortcuts": "on", "next": "https://evil.example/"})
    assert client.cookies["shortcuts"] == "on"


async def test_nonsense_is_not_kept(site: Site) -> None:
    client = site.anonymous
    answer = await client.post("/shortcuts", {"shortcuts": "x; Domain=evil", "next": "//evil.example"})
    assert answer.headers["location"] == "/shortcuts" and "shortcuts" not in client.cookies

import re
from html import unescape
from urllib.parse import quote

from tests.opera import Opera
from tests.web import Client


async def options(client: Client, opera: Opera, query: str) -> list[tuple[str, str, bool]]:
    """Value and label of each option, and whether it creates."""
    page = await client.get(f"{opera.url}/references?{query}&whole=1", fragment=True)
    assert page.status_code == 200
    assert page.text.strip().startswith('<ul role="listbox">')
    found = re.findall(r'<li role="option" data-value="(\d*)" (data-create )?data-label="([^"]*)"', page.text)
    return [(value, unescape(label), bool(create)) for value, create, label in found]


async def test_offers_topics_by_any_name_from_one_letter_on(opera: Opera) -> None:
    assert (str(opera.ids["Tosca"]), "Tosca", False) in await options(opera.viewer, opera, "q=t")
    assert (await options(opera.viewer, opera, "q=elodramm"))[0] == (str(opera.ids["Tosca"]), "Tosca", False)


async def test_type_tells_topics_apart(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/references?q=giacomo", fragment=True)
    assert "<small>Composer</small>" in page.text


async def test_last_option_creates_for_editors(opera: Opera) -> None:
    assert (await options(opera.owner, opera, "q=Turandot"))[-1] == ("", "Turandot", True)
    assert (await options(opera.owner, opera, f"q={quote('<b>Turandot</b>')}"))[-1] == ("", "<b>Turandot</b>", True)
    assert not any(create for *_, create in await options(opera.viewer, opera, "q=Turandot"))
    assert not any(create for *_, create in await options(opera.owner, opera, "q=TOSCA"))
    assert await options(opera.owner, opera, "q=") == []


async def test_types_narrow_down(opera: Opera) -> None:
    assert {label for _, label, _ in await options(opera.viewer, opera, "q=g&types=librettist")} == {"Giuseppe Giacosa"}
    assert {label for _, label, _ in await options(opera.viewer, opera, "q=g&types=librettist,composer")} == {
        "Giuseppe Giacosa",
        "Giacomo Puccini",
    }


async def test_private_map_offers_nothing_to_others(opera: Opera) -> None:
    for client in (opera.stranger, opera.anonymous):
        assert (await client.get(f"{opera.url}/references?q=t", fragment=True)).status_code == 404

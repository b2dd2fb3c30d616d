"""The tag cloud and the pages of tags: exact counts, bounded sizes, and what strangers get."""

import re
from html import unescape

from contextualise.domain.tags import add_tag
from contextualise.domain.topics import create_topic, delete_topic
from tests.opera import Opera


async def tag(opera: Opera, topic: str, *names: str) -> None:
    async with opera.site.database.writing() as session:
        if topic not in opera.ids:
            opera.ids[topic] = (await create_topic(session, opera.map_id, opera.owner.id, name=topic)).construct_id
        for name in names:
            await add_tag(session, opera.map_id, opera.owner.id, opera.ids[topic], name)


async def cloud(opera: Opera) -> dict[str, tuple[int, int]]:
    """The count and the size of each tag."""
    html = (await opera.viewer.get(f"{opera.url}/tags")).text
    part = html[html.index('<ul class="cloud"') : html.index("cloud__list")]
    found = re.findall(r'cloud__word--(\d)" href="[^"]*">([^<]*) <span class="count">([^<]*)</span>', part)
    return {unescape(name): (int(count.replace("\u202f", "")), int(size)) for size, name, count in found}


async def test_counts_are_exact(own_opera: Opera) -> None:
    await tag(own_opera, "Aida", "verismo", "verismo", "grand")
    await tag(own_opera, "Norma", "verismo")
    counts = {name: count for name, (count, _) in (await cloud(own_opera)).items()}
    assert counts == {"grand": 1, "verismo": 3}
    async with own_opera.site.database.writing() as session:
        await delete_topic(session, own_opera.map_id, own_opera.owner.id, own_opera.ids["Norma"])
    assert (await cloud(own_opera))["verismo"][0] == 2
    await own_opera.owner.post(f"{own_opera.tosca}/tags/{own_opera.ids['tag']}/removal", {})
    assert (await cloud(own_opera))["verismo"][0] == 1


async def test_sizes_are_bounded_and_grow_with_the_count(own_opera: Opera) -> None:
    for number in range(40):
        await tag(own_opera, f"Opera {number}", "often", *(["sometimes"] if number < 6 else []), *(["rare"] if not number else []))
    sizes = {name: size for name, (_, size) in (await cloud(own_opera)).items()}
    assert sizes["rare"] == sizes["verismo"] == 1
    assert sizes["often"] == 6
    assert 1 < sizes["sometimes"] < 6


async def test_the_topics_under_a_tag_are_paged_by_name(own_opera: Opera) -> None:
    for number in range(60):
        await tag(own_opera, f"Opera {number:02}", "often")
    names: list[str] = []
    url = f"{own_opera.url}/tags/often"
    while url:
        html = (await own_opera.viewer.get(url)).text
        names += re.findall(r">([^<]+)</a>", html[html.index('<ul class="tagged"') : html.index("</ul>", html.index('<ul class="tagged"'))])
        more = re.search(r'rel="next" href="([^"]+)"', html)
        url = unescape(more[1]) if more else ""
    assert names == [f"Opera {number:02}" for number in range(60)]


async def test_empty_pages_say_what_could_be_there(own_opera: Opera) -> None:
    await own_opera.owner.post(f"{own_opera.tosca}/tags/{own_opera.ids['tag']}/removal", {})
    assert "No topic has a tag yet" in (await own_opera.viewer.get(f"{own_opera.url}/tags")).text
    assert "No topic is under this tag" in (await own_opera.viewer.get(f"{own_opera.url}/tags/verismo")).text


async def test_nonsense_and_strangers(opera: Opera) -> None:
    assert (await opera.viewer.get(f"{opera.url}/tags/nobody")).status_code == 404
    assert (await opera.viewer.get(f"{opera.url}/tags/%00")).status_code == 404
    assert (await opera.viewer.get(f"{opera.url}/tags/verismo?after=x")).status_code == 200
    for client in (opera.anonymous, opera.stranger):
        for path in ("tags", "tags/verismo"):
            assert (await client.get(f"{opera.url}/{path}")).status_code == 404

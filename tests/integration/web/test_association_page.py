import re

import pytest

from contextualise.domain.associations import create_association
from contextualise.domain.reification import reify
from contextualise.domain.topics import create_topic
from tests.opera import Opera


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html[html.index("<article") : html.index("</article>")]).split())


async def test_says_who_takes_part_and_in_which_context(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/associations/{opera.ids['performance']}")
    assert page.status_code == 200
    shown = words(page.text)
    assert "A connection between 3 topics, in the context of Staging" in shown
    for part in ("Work Tosca", "Theatre Teatro Costanzi", "Conductor Leopoldo Mugnone", "Source Full house"):
        assert part in shown, part
    assert "<title>First performance: " in page.text
    assert "/edit" not in shown


async def test_unary_association_is_a_statement_about_one_topic(opera: Opera) -> None:
    assert "A statement about one topic" in words((await opera.viewer.get(f"{opera.url}/associations/{opera.ids['ban']}")).text)


async def test_editor_gets_controls(opera: Opera) -> None:
    page = await opera.owner.get(f"{opera.url}/associations/{opera.ids['ban']}")
    assert f'href="{opera.url}/associations/{opera.ids["ban"]}/edit"' in page.text
    facts = await opera.owner.get(f"{opera.url}/associations/{opera.ids['performance']}")
    assert f"{opera.url}/details/{opera.ids['audience']}/edit" in facts.text
    assert f"{opera.url}/details/{opera.ids['audience']}/edit?topic=tosca" in (await opera.owner.get(opera.tosca)).text
    reader = await opera.viewer.get(f"{opera.url}/associations/{opera.ids['ban']}")
    assert f"{opera.ids['ban']}/edit" not in reader.text


async def test_topic_that_stands_for_it_is_named(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        made = await reify(session, own_opera.map_id, own_opera.owner.id, own_opera.ids["performance"], name="The first night")
    page = await own_opera.viewer.get(f"{own_opera.url}/associations/{own_opera.ids['performance']}")
    assert "The first night" in page.text and "Full house" in page.text
    topic = await own_opera.viewer.get(f"{own_opera.url}/topics/the-first-night")
    assert f"{own_opera.url}/associations/{own_opera.ids['performance']}" in topic.text
    assert made.construct_id


async def test_many_roles_are_paged(own_opera: Opera) -> None:
    ids = own_opera.ids
    async with own_opera.site.database.writing() as session:
        singers = [(await create_topic(session, own_opera.map_id, None, name=f"Singer {number:03}")).construct_id for number in range(99)]
        members = [(ids["Conductor"], singer) for singer in singers] + [(ids["Work"], ids["Tosca"]), (ids["Work"], ids["La Bohème"])]
        made = await create_association(session, own_opera.map_id, None, type_id=ids["Influence"], members=members)
    html = (await own_opera.viewer.get(f"{own_opera.url}/associations/{made.construct_id}")).text
    seen = re.findall(r'class="association__player"><a href="[^"]*">([^<]+)<', html)
    more = re.search(r'rel="next" href="([^"]+)"', html)
    assert more and len(seen) == 100
    seen += re.findall(r'class="association__player"><a href="[^"]*">([^<]+)<', (await own_opera.viewer.get(more[1])).text)
    assert len(set(seen)) == 101
    topic = (await own_opera.viewer.get(own_opera.tosca)).text
    assert "and others" in topic


async def test_every_statement_has_an_address(opera: Opera) -> None:
    for kind, name, anchor in (
        ("names", "italian name", "name"),
        ("occurrences", "text", "text"),
        ("occurrences", "acts", "occurrence"),
        ("occurrences", "image of Tosca", "occurrence"),
    ):
        number = opera.ids[name]
        page = await opera.viewer.get(f"{opera.url}/{kind}/{number}?scope=ita")
        assert page.status_code == 303
        assert page.headers["location"] == f"{opera.tosca}?scope=ita#{anchor}-{number}"
        assert f'id="{anchor}-{number}"' in (await opera.viewer.get(opera.tosca)).text


@pytest.mark.parametrize(
    "path", ["associations/0", "associations/999999", "associations/x", "associations/1%00", "names/9" + "9" * 30, "occurrences/-1"]
)
async def test_unknown_statement_is_not_found(opera: Opera, path: str) -> None:
    assert (await opera.viewer.get(f"{opera.url}/{path}")).status_code == 404


async def test_statements_of_a_private_map_do_not_exist_for_others(opera: Opera) -> None:
    for path in (f"associations/{opera.ids['performance']}", f"names/{opera.ids['italian name']}", f"occurrences/{opera.ids['acts']}"):
        for client in (opera.stranger, opera.anonymous):
            assert (await client.get(f"{opera.url}/{path}")).status_code == 404


async def test_statement_of_another_map_is_not_found(opera: Opera, public_opera: Opera) -> None:
    number = opera.ids["performance"]
    assert (await public_opera.anonymous.get(f"{public_opera.url}/associations/{number}")).status_code == 404


async def test_comes_alone_as_a_fragment(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/associations/{opera.ids['ban']}", fragment=True, target="association")
    assert page.text.strip().startswith('<article id="association"')

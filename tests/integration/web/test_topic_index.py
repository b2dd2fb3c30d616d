import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from contextualise.repository.reading import index
from contextualise.repository.reading.index import Filter, list_topics
from tests.opera import Opera


def rows(html: str) -> list[str]:
    return re.findall(r'<th scope="row" class="table__main"><a href="[^"]*">([^<]*)</a>', html)


def link(html: str, text: str) -> str | None:
    found = re.search(rf'<a class="button[^"]*"[^>]*href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{text}', html)
    return found[1].replace("&amp;", "&") if found else None


async def shown(opera: Opera, query: str = "") -> str:
    page = await opera.viewer.get(f"{opera.url}/topics{query}")
    assert page.status_code == 200
    return page.text


async def add(opera: Opera, count: int, prefix: str = "Numbered", *, type_name: str | None = None) -> None:
    """Topics by the shortest way; each was changed a second after the one before."""
    async with opera.site.database.writing() as session:
        connection = await session.connection()
        values = {"map": opera.map_id, "count": count, "prefix": prefix, "name_type": opera.ids["topic-name"]}
        statement = """
            WITH made AS (
              INSERT INTO topic (map_id, slug, label, sort_key, updated_at)
              SELECT %(map)s, lower(%(prefix)s) || '-' || n, %(prefix)s || ' ' || lpad(n::text, 5, '0'),
                lower(%(prefix)s) || ' ' || lpad(n::text, 5, '0'), timestamptz '2026-01-01 00:00+00' + n * interval '1 second'
              FROM generate_series(1, %(count)s) AS n RETURNING id, label, sort_key
            ), named AS (
              INSERT INTO name (map_id, topic_id, type_id, value, key) SELECT %(map)s, id, %(name_type)s, label, sort_key FROM made
            ) SELECT id FROM made
        """
        ids = [row[0] for row in await connection.exec_driver_sql(statement, values)]
        if type_name:
            statement = "INSERT INTO topic_type (map_id, topic_id, type_id) SELECT %(map)s, unnest(%(ids)s::bigint[]), %(type)s"
            await connection.exec_driver_sql(statement, {"map": opera.map_id, "ids": ids, "type": opera.ids[type_name]})


async def test_lists_topics_by_name_without_base_topics(opera: Opera) -> None:
    names = rows(await shown(opera))
    assert {"Tosca", "La Bohème", "Composer"} <= set(names)
    assert names == sorted(names, key=str.casefold)
    assert "Navigation" not in names
    assert "Navigation" in rows(await shown(opera, "?base=1&q=navigation"))


async def test_carriers_of_facts_are_not_listed(opera: Opera) -> None:
    html = await shown(opera)
    async with opera.site.database.reading() as connection:
        found = await connection.exec_driver_sql(f"SELECT slug FROM topic WHERE is_hidden AND map_id = {opera.map_id}")
    assert f"/topics/{found.scalar_one()}" not in html


async def test_shows_types_and_narrows_down_to_one(opera: Opera) -> None:
    html = await shown(opera)
    assert f'href="{opera.url}/topics?type=librettist"' in html
    assert rows(await shown(opera, "?type=librettist")) == ["Giuseppe Giacosa", "Luigi Illica"]
    assert rows(await shown(opera, "?type=no-such-type")) == []
    assert rows(await shown(opera, "?type=tosca")) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("tosca", ["Tosca"]),
        ("melodramma", ["Tosca"]),
        ("OSC", ["Tosca"]),
        ("boheme", ["La Bohème"]),
        ("bohème", ["La Bohème"]),
        ("t", ["Teatro Costanzi", "Theatre", "Tosca"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("a" * 5000, []),
        ("\0", None),
        ("%%%", []),
    ],
)
async def test_finds_by_any_name(opera: Opera, text: str, names: list[str] | None) -> None:
    found = rows(await shown(opera, f"?q={quote(text)}"))
    assert names is None or found == names


async def test_name_that_was_found_is_told(opera: Opera) -> None:
    assert "La Tosca, melodramma in tre atti" in await shown(opera, "?q=melodramma")


async def test_text_and_type_narrow_down_together(opera: Opera) -> None:
    assert rows(await shown(opera, "?q=gi&type=librettist")) == ["Giuseppe Giacosa"]
    assert rows(await shown(opera, "?q=giacomo&type=librettist")) == []


async def test_editor_is_offered_to_create_what_was_not_found(opera: Opera) -> None:
    page = await opera.owner.get(f"{opera.url}/topics?q=Turandot")
    assert f"{opera.url}/topics/new?name=Turandot" in page.text
    assert "/topics/new" not in await shown(opera, "?q=Turandot")


async def test_empty_map_offers_a_beginning(own_opera: Opera) -> None:
    page = await own_opera.owner.get(f"{own_opera.url}/topics?type=acts")
    assert "No topic is of this type" in page.text


@pytest.mark.parametrize("sort", ["name", "changed"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
async def test_pages_lead_through_all_topics_both_ways(own_opera: Opera, sort: str, direction: str) -> None:
    await add(own_opera, 120)
    start = f"?sort={sort}&dir={direction}&q=numbered"
    html, seen, pages = await shown(own_opera, start), [], 1
    seen += rows(html)
    assert link(html, "Previous") is None and link(html, "First") is None
    while following := link(html, "Next"):
        html = (await own_opera.viewer.get(following)).text
        seen += rows(html)
        pages += 1
    assert seen == sorted(seen, reverse=direction == "desc") and len(set(seen)) == 120 and pages == 3
    assert link(html, "Last") is None
    back = rows(html)
    while previous := link(html, "Previous"):
        html = (await own_opera.viewer.get(previous)).text
        back = rows(html) + back
    assert back == seen
    last = link(await shown(own_opera, start), "Last")
    assert last is not None
    end = (await own_opera.viewer.get(last)).text
    assert rows(end) == seen[-50:] and link(end, "Next") is None and link(end, "First") is not None


async def test_both_ways_of_reading_find_the_same(own_opera: Opera, monkeypatch: pytest.MonkeyPatch) -> None:
    await add(own_opera, 200, "Stage", type_name="Theatre")
    await add(own_opera, 200, "Box", type_name="Opera")
    filters = [Filter(), Filter("stage"), Filter("000"), Filter("", own_opera.ids["Theatre"]), Filter("001", own_opera.ids["Opera"])]
    found: list[list[list[int]]] = []
    for few in (3000, 10):
        monkeypatch.setattr(index, "FEW", few)
        async with own_opera.site.database.reading() as connection:
            listings = [await list_topics(connection, own_opera.map_id, chosen, limit=500) for chosen in filters]
        found.append([[row.id for row in listing.rows] for listing in listings])
    assert found[0] == found[1]
    assert [len(ids) for ids in found[0]][1:] == [201, 198, 201, 111]


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=1",
        "after=9.a",
        "before=1.%00",
        "after=99999999999999999999.a",
        "sort=changed&after=1.x",
        "sort=changed&before=1.2026-01-01",
        "sort=nothing&dir=up",
        "last=1&after=1.a",
        "type=%00",
        "q=%ff",
        "scope=x&scope=*",
    ],
)
async def test_addresses_changed_by_hand_do_no_harm(opera: Opera, query: str) -> None:
    assert (await opera.viewer.get(f"{opera.url}/topics?{query}")).status_code == 200


async def test_context_is_kept_on_links(opera: Opera) -> None:
    html = await shown(opera, "?scope=ita")
    assert f'href="{opera.tosca}?scope=ita"' in html
    assert '<input type="hidden" name="scope" value="ita">' in html


async def test_private_index_does_not_exist_for_others(opera: Opera) -> None:
    for client in (opera.stranger, opera.anonymous):
        assert (await client.get(f"{opera.url}/topics")).status_code == 404


async def test_unchanged_index_is_not_sent_again(opera: Opera) -> None:
    etag = (await opera.viewer.get(f"{opera.url}/topics")).headers["etag"]
    assert (await opera.viewer.get(f"{opera.url}/topics", headers={"If-None-Match": etag})).status_code == 304
    assert (await opera.viewer.get(f"{opera.url}/topics?q=a", headers={"If-None-Match": etag})).status_code == 200


async def test_list_comes_alone_as_a_fragment(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/topics?q=tosca", fragment=True, target="topic-list")
    assert page.text.strip().startswith('<div id="topic-list">')
    assert rows(page.text) == ["Tosca"]


async def test_topic_changed_last_comes_first(opera: Opera) -> None:
    html = await shown(opera, "?sort=changed")
    moments = [datetime.fromisoformat(moment) for moment in re.findall(r'datetime="([^"]+)"', html)]
    assert moments == sorted(moments, reverse=True)
    assert datetime.now(UTC) - moments[0] < timedelta(hours=1)

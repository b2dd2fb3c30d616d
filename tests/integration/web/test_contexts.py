import re

import pytest

from contextualise.domain.names import add_name
from tests.opera import Opera


async def heading(opera: Opera, path: str) -> str:
    page = await opera.viewer.get(path)
    assert page.status_code == 200
    found = re.search(r"<h1[^>]*>([^<]*)</h1>", page.text)
    assert found
    return found[1]


def identities(html: str, kind: str) -> set[int]:
    return {int(number) for number in re.findall(rf'id="{kind}-(\d+)"', html)}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "Tosca"),
        ("?scope=ita", "La Tosca, melodramma in tre atti"),
        ("?scope=ita&scope=staging", "Tosca on stage"),
        ("?scope=staging&scope=ita&strict=1", "Tosca on stage"),
        ("?scope=staging", "Tosca on stage"),
        ("?scope=deu", "Tosca"),
        ("?scope=*", "Tosca"),
        ("?scope=no-such-context", "Tosca"),
        ("?scope=no-such-context&scope=ita", "La Tosca, melodramma in tre atti"),
        ("?scope=", "Tosca"),
        ("?scope=%00", "Tosca"),
        ("?scope=" + "x" * 5000, "Tosca"),
        ("?" + "&".join(f"scope=x{number}" for number in range(500)), "Tosca"),
        ("?scope=ita&scope=ita", "La Tosca, melodramma in tre atti"),
        ("?strict=1", "Tosca"),
    ],
)
async def test_name_that_fits_best_stands_in_front(opera: Opera, query: str, name: str) -> None:
    assert await heading(opera, opera.tosca + query) == name


async def test_other_topics_are_called_by_what_fits_too(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        await add_name(
            session,
            own_opera.map_id,
            own_opera.owner.id,
            own_opera.ids["Giacomo Puccini"],
            value="Puccini il maestro",
            scope_ids=[own_opera.ids["ita"]],
        )
    plain, italian = await own_opera.viewer.get(own_opera.tosca), await own_opera.viewer.get(f"{own_opera.tosca}?scope=ita")
    assert "Puccini il maestro" not in plain.text
    assert "Puccini il maestro" in italian.text


async def test_topic_named_in_one_context_only_is_never_undefined(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        connection = await session.connection()
        await add_name(session, own_opera.map_id, None, own_opera.ids["Conductor"], value="Direttore", scope_ids=[own_opera.ids["ita"]])
        await connection.exec_driver_sql(f"DELETE FROM name WHERE topic_id = {own_opera.ids['Conductor']} AND value = 'Conductor'")
        await connection.exec_driver_sql(f"UPDATE topic SET label = 'Direttore' WHERE id = {own_opera.ids['Conductor']}")
    for query in ("", "?scope=deu", "?scope=*", "?scope=staging&strict=1", "?scope=ita"):
        assert await heading(own_opera, f"{own_opera.url}/topics/conductor{query}") == "Direttore"


async def test_statements_of_other_contexts_are_left_out(opera: Opera) -> None:
    ids = opera.ids
    everything = (await opera.viewer.get(opera.tosca)).text
    italian = (await opera.viewer.get(f"{opera.tosca}?scope=ita")).text
    staged = (await opera.viewer.get(f"{opera.tosca}?scope=staging")).text
    universal = (await opera.viewer.get(f"{opera.tosca}?scope=*")).text
    assert identities(everything, "text") == identities(staged, "text") == {ids["text"], ids["staged text"]}
    assert identities(italian, "text") == identities(universal, "text") == {ids["text"]}
    assert ids["première"] in identities(staged, "occurrence")
    assert ids["première"] not in identities(italian, "occurrence") | identities(universal, "occurrence")
    assert ids["performance"] in identities(staged, "association") & identities(everything, "association")
    assert ids["performance"] not in identities(italian, "association") | identities(universal, "association")
    assert ids["composition"] in identities(italian, "association") & identities(universal, "association")


async def test_strict_leaves_out_what_needs_further_contexts(own_opera: Opera) -> None:
    ids = own_opera.ids
    from contextualise.domain.occurrences import add_occurrence

    async with own_opera.site.database.writing() as session:
        made = await add_occurrence(
            session, own_opera.map_id, None, ids["Tosca"], type_id=ids["Acts"], value="four", scope_ids=[ids["ita"], ids["Staging"]]
        )
    loose = (await own_opera.viewer.get(f"{own_opera.tosca}?scope=ita")).text
    strict = (await own_opera.viewer.get(f"{own_opera.tosca}?scope=ita&strict=1")).text
    both = (await own_opera.viewer.get(f"{own_opera.tosca}?scope=ita&scope=staging&strict=1")).text
    assert made.construct_id in identities(loose, "occurrence") & identities(both, "occurrence")
    assert made.construct_id not in identities(strict, "occurrence")


async def test_context_that_does_not_exist_is_told_and_changes_nothing(opera: Opera) -> None:
    html = (await opera.viewer.get(f"{opera.tosca}?scope=klingon")).text
    assert "no context called “klingon”" in html
    assert identities(html, "association") == identities((await opera.viewer.get(opera.tosca)).text, "association")
    evil = (await opera.viewer.get(f"{opera.tosca}?scope=%3Cscript%3E")).text
    assert "<script>”" not in evil and "&lt;script&gt;" in evil


async def test_links_keep_the_context_and_chips_leave_it(opera: Opera) -> None:
    html = (await opera.viewer.get(f"{opera.tosca}?scope=ita&scope=staging")).text
    assert f'href="{opera.url}/topics/giacomo-puccini?scope=ita&amp;scope=staging"' in html
    chips = re.findall(r'<a class="chip" href="([^"]+)"', html)
    assert {chip.replace("&amp;", "&") for chip in chips} == {f"{opera.tosca}?scope=ita", f"{opera.tosca}?scope=staging"}
    assert f'href="{opera.tosca}?scope=ita&amp;scope=staging&amp;strict=1"' in html


async def test_readers_may_switch_and_tabs_are_independent(public_opera: Opera) -> None:
    reader = public_opera.anonymous
    italian = await reader.get(f"{public_opera.tosca}?scope=ita")
    plain = await reader.get(public_opera.tosca)
    assert "<h1>Tosca</h1>" in plain.text and "<h1>Tosca</h1>" not in italian.text


async def test_themes_are_grouped_by_their_types(opera: Opera) -> None:
    html = (await opera.viewer.get(opera.tosca)).text
    rail = html[html.index('id="topic-contexts"') :]
    assert rail.index("Language") < rail.index("Italian") < rail.index("Perspective") < rail.index("Staging")


async def test_page_of_contexts_counts_statements(opera: Opera) -> None:
    html = (await opera.viewer.get(f"{opera.url}/contexts")).text
    table = re.findall(
        r'<th scope="row"[^>]*><a href="([^"]+)">([^<]+)</a></th>.*?class="number">(\d+)</td>.*?(\d+)</td>.*?(\d+)</td>', html
    )
    assert [row[1:] for row in table] == [("Italian", "2", "0", "0"), ("Staging", "1", "2", "1")]
    assert table[1][0] == f"{opera.url}/topics/staging?scope=staging"
    for client in (opera.stranger, opera.anonymous):
        assert (await client.get(f"{opera.url}/contexts")).status_code == 404


@pytest.mark.parametrize("query", ["after=x", "after=1.%00", "after=1.zzz", "after=" + "9" * 40])
async def test_page_of_contexts_takes_any_address(opera: Opera, query: str) -> None:
    assert (await opera.viewer.get(f"{opera.url}/contexts?{query}")).status_code == 200


async def test_map_without_contexts_says_so(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        await (await session.connection()).exec_driver_sql("DELETE FROM scope_theme")
    page = await own_opera.viewer.get(f"{own_opera.url}/contexts")
    assert "Everything in this map holds everywhere" in page.text

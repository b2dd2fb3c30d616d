import re
from collections.abc import Iterator
from html.parser import HTMLParser

import psycopg
import pytest

from contextualise.domain.associations import create_association
from contextualise.domain.names import delete_name
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.topics import create_topic, rename_topic
from contextualise.repository.reading.topic_statement import GROUPS, MEMBERS
from tests.opera import XSD, Opera
from tests.web import Client

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "use"}


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that is sent to PostgreSQL, by whichever way."""
    sent: list[str] = []
    original = psycopg.AsyncCursor.execute

    async def execute(self: psycopg.AsyncCursor, query: object, *more: object, **named: object) -> object:
        sent.append(query.decode() if isinstance(query, bytes) else str(query))
        return await original(self, query, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", execute)
    yield sent


async def text_of(client: Client, path: str, status: int = 200) -> str:
    page = await client.get(path)
    assert page.status_code == status, page.text[:2000]
    return page.text


def element(html: str, identity: str) -> str:
    """The markup from the element with this id to the end; fails when there is none."""
    at = html.find(f'id="{identity}"')
    assert at >= 0, f"no element {identity}"
    return html[html.rindex("<", 0, at) :].split('<footer class="foot"')[0]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def test_shows_everything_about_a_topic(opera: Opera) -> None:
    html = await text_of(opera.owner, opera.tosca)
    assert "<h1>Tosca</h1>" in html
    assert '<span class="topic__name" lang="it">La Tosca, melodramma in tre atti</span>' in html
    shown = words(html)
    assert "also tosca Sort order" in shown
    assert "14 January 1900" in shown and "Staging" in shown
    assert "Rome 41.9009° N, 12.4833° E" in shown
    assert "The autograph score" in shown and "example.org" in shown
    assert "Full house" in shown, "what is said about an association stands beside it"
    assert "Previous La Bohème" in shown
    assert 'rel="prev"' in html
    assert "verismo" in element(html, "topic-tags")
    assert "by Owner" in shown


async def test_text_links_to_topics_and_offers_missing_ones_to_editors_only(opera: Opera) -> None:
    editor, reader = await text_of(opera.owner, opera.tosca), await text_of(opera.viewer, opera.tosca)
    link = f'<a class="wikilink" href="{opera.url}/topics/giacomo-puccini">Giacomo Puccini</a>'
    assert link in editor and link in reader
    assert f"{opera.url}/topics/new?name=Kingdom+of+Naples" in editor
    assert "wikilink--missing" not in reader
    assert "The Kingdom of Naples has no topic yet" in reader


async def test_associations_name_all_roles(opera: Opera) -> None:
    rail = words(element(await text_of(opera.viewer, opera.tosca), "topic-associations"))
    assert "Composition Composer Giacomo Puccini" in rail
    assert "First performance Theatre Teatro Costanzi with Leopoldo Mugnone as Conductor" in rail
    assert "Libretto Librettist Giuseppe Giacosa Luigi Illica" in rail
    assert "Banned Tosca alone" in rail


async def test_associations_show_from_the_other_side(opera: Opera) -> None:
    rail = words(element(await text_of(opera.viewer, f"{opera.url}/topics/leopoldo-mugnone"), "topic-associations"))
    assert "Tosca" in rail and "Teatro Costanzi" in rail


async def test_tags_and_paths_are_no_associations(opera: Opera) -> None:
    html = await text_of(opera.viewer, opera.tosca)
    rail = words(element(html, "topic-associations"))
    assert "Categorization" not in rail and "Navigation" not in rail


async def test_what_links_here_is_listed(opera: Opera) -> None:
    html = await text_of(opera.viewer, f"{opera.url}/topics/giacomo-puccini")
    assert "Tosca" in element(html, "topic-mentions")


async def test_only_editors_get_controls(public_opera: Opera) -> None:
    editor = await text_of(public_opera.owner, public_opera.tosca)
    for address in ("/names/new", "/types/edit", "/attributes/new", "/links/new", "/quick-association", "/tags", "/removal"):
        assert f'"{public_opera.tosca}{address}"' in editor, address
    for client in (public_opera.viewer, public_opera.anonymous):
        html = await text_of(client, public_opera.tosca)
        assert not re.search(r'(href|action|hx-\w+)="[^"]*/(edit|new|removal|quick-association|tags)[?"]', html)


async def test_private_map_does_not_exist_for_others(opera: Opera) -> None:
    for client in (opera.stranger, opera.anonymous):
        for path in (opera.tosca, f"{opera.url}/topics/nothing", f"{opera.url}/topics/tosca?scope=ita"):
            html = await text_of(client, path, 404)
            assert "Tosca" not in html and "Italian opera" not in html


async def test_published_map_is_read_by_everybody(public_opera: Opera) -> None:
    assert "<h1>Tosca</h1>" in await text_of(public_opera.anonymous, public_opera.tosca)


@pytest.mark.parametrize("slug", ["nothing", "%00", "a%00b", "x" * 3000, "%F0%9F%A6%84", "%ff", "tosca%20", "'--"])
async def test_unknown_address_is_not_found(opera: Opera, slug: str) -> None:
    page = await opera.owner.get(f"{opera.url}/topics/{slug}")
    assert page.status_code in (301, 404), page.status_code


async def test_earlier_address_leads_to_the_present_one(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        await rename_topic(session, own_opera.map_id, own_opera.owner.id, own_opera.ids["Tosca"], slug="tosca-of-puccini")
    page = await own_opera.viewer.get(f"{own_opera.tosca}?scope=ita")
    assert page.status_code == 301
    assert page.headers["location"] == f"{own_opera.url}/topics/tosca-of-puccini?scope=ita"
    assert (await own_opera.stranger.get(own_opera.tosca)).status_code == 404


async def test_topic_that_carries_facts_of_a_statement_leads_to_it(opera: Opera) -> None:
    async with opera.site.database.reading() as connection:
        found = await connection.exec_driver_sql(f"SELECT slug FROM topic WHERE is_hidden AND map_id = {opera.map_id}")
        slug = found.scalar_one()
    page = await opera.viewer.get(f"{opera.url}/topics/{slug}")
    assert page.status_code == 301
    assert page.headers["location"] == f"{opera.url}/associations/{opera.ids['performance']}"


@pytest.mark.parametrize(
    "block",
    [
        "topic-head",
        "topic-context",
        "topic-text",
        "topic-attributes",
        "topic-notes",
        "topic-media",
        "topic-links",
        "topic-dates",
        "topic-tags",
        "topic-associations",
        "topic-about",
    ],
)
async def test_each_block_comes_alone(opera: Opera, block: str) -> None:
    page = await opera.owner.get(opera.tosca, fragment=True, target=block)
    assert page.status_code == 200
    assert re.match(rf'\s*<\w+ [^>]*id="{block}"', page.text), page.text[:300]
    assert "<html" not in page.text
    assert "HX-Target" in page.headers["vary"]


async def test_each_statement_comes_alone(opera: Opera) -> None:
    name = opera.ids["italian name"]
    for identity in (
        f"name-{name}",
        f"text-{opera.ids['text']}",
        f"occurrence-{opera.ids['acts']}",
        f"occurrence-{opera.ids['link']}",
        f"occurrence-{opera.ids['image of Tosca']}",
        f"association-{opera.ids['performance']}",
    ):
        page = await opera.owner.get(opera.tosca, fragment=True, target=identity)
        assert page.status_code == 200, identity
        assert re.match(rf'\s*<\w+ [^>]*id="{identity}"', page.text), page.text[:300]
        assert page.text.count(' id="') == 1 or identity.startswith("text")
    for identity in ("name-1", "name-x", "text-99999999999999999999", "nothing"):
        assert (await opera.owner.get(opera.tosca, fragment=True, target=identity)).status_code == 404


async def test_the_first_name_comes_alone_as_the_heading(opera: Opera) -> None:
    html = await text_of(opera.owner, opera.tosca)
    found = re.search(r'id="(name-\d+)">\s*<h1>', html)
    assert found
    page = await opera.owner.get(opera.tosca, fragment=True, target=found[1])
    assert "<h1>Tosca</h1>" in page.text


async def test_at_most_three_statements(public_opera: Opera, statements: list[str]) -> None:
    await public_opera.owner.get(public_opera.tosca)  # opens the connection
    for client in (public_opera.owner, public_opera.anonymous):
        for path in (
            public_opera.tosca,
            f"{public_opera.tosca}?scope=staging",
            f"{public_opera.tosca}?scope=*",
            f"{public_opera.tosca}?scope=nothing",
        ):
            statements.clear()
            await text_of(client, path)
            assert 1 <= len(statements) <= 3, statements
    assert len(statements) == 3, "a context that the map does not have takes one more look"


async def test_unchanged_page_is_not_sent_again(own_opera: Opera, statements: list[str]) -> None:
    first = await own_opera.viewer.get(own_opera.tosca)
    again = await own_opera.viewer.get(own_opera.tosca)
    statements.clear()
    unchanged = await own_opera.viewer.get(own_opera.tosca, headers={"If-None-Match": again.headers["etag"]})
    assert unchanged.status_code == 304 and unchanged.content == b""
    assert len(statements) == 1, "the map's version decides alone"
    assert first.headers["cache-control"] == "private, no-cache"
    async with own_opera.site.database.writing() as session:
        await create_topic(session, own_opera.map_id, own_opera.owner.id, name="Turandot")
    changed = await own_opera.viewer.get(own_opera.tosca, headers={"If-None-Match": again.headers["etag"]})
    assert changed.status_code == 200


async def test_editor_and_reader_have_different_validators(opera: Opera) -> None:
    owner, viewer = await opera.owner.get(opera.tosca), await opera.viewer.get(opera.tosca)
    assert owner.headers["etag"] != viewer.headers["etag"]


async def test_trail_shows_the_way_without_the_topic_itself(opera: Opera) -> None:
    reader = opera.viewer
    for slug in ("giacomo-puccini", "tosca", "luigi-illica"):
        html = await text_of(reader, f"{opera.url}/topics/{slug}")
    trail = words(html[html.index('aria-label="You came by"') :].split("</nav>")[0].partition(">")[2])
    assert trail == "Giacomo Puccini Tosca Luigi Illica"
    again = await reader.get(f"{opera.url}/topics/luigi-illica")
    assert "set-cookie" not in again.headers, "nothing new to remember"
    assert reader.cookies["trail"].split(".") == [str(opera.ids[name]) for name in ("Giacomo Puccini", "Tosca", "Luigi Illica")]


@pytest.mark.parametrize("cookie", ["", "x", "1.2.3", "-1", "9" * 40, "1." * 2000, "%00"])
async def test_trail_of_nonsense_is_left_out(opera: Opera, cookie: str) -> None:
    opera.viewer.cookies["trail"] = cookie
    assert "<h1>Tosca</h1>" in await text_of(opera.viewer, opera.tosca)


async def test_300_associations_are_paged_with_links(own_opera: Opera, statements: list[str]) -> None:
    ids = own_opera.ids
    await own_opera.owner.get(own_opera.tosca)  # opens the connection
    async with own_opera.site.database.writing() as session:
        for number in range(300):
            other = await create_topic(session, own_opera.map_id, None, name=f"Staging {number:03}")
            members = [(ids["Work"], ids["Tosca"]), (ids["Theatre"], other.construct_id)]
            await create_association(session, own_opera.map_id, None, type_id=ids["Influence"], members=members)
    statements.clear()
    html = await text_of(own_opera.viewer, own_opera.tosca)
    assert len(statements) <= 3
    seen = re.findall(r">(Staging \d\d\d)<", element(html, "topic-associations"))
    assert len(seen) == MEMBERS
    pages = 1
    while more := re.search(r'class="links__more[^>]*href="([^"]+)"', html):
        html = await text_of(own_opera.viewer, more[1].replace("&amp;", "&"))
        seen += re.findall(r">(Staging \d\d\d)<", html)
        pages += 1
    assert sorted(seen) == [f"Staging {number:03}" for number in range(300)]
    assert pages < 20


async def test_associations_of_a_group_are_sorted_by_name(own_opera: Opera) -> None:
    ids = own_opera.ids
    async with own_opera.site.database.writing() as session:
        for number in reversed(range(60)):
            other = await create_topic(session, own_opera.map_id, None, name=f"House {number:02}")
            members = [(ids["Work"], ids["Tosca"]), (ids["Theatre"], other.construct_id)]
            await create_association(session, own_opera.map_id, None, type_id=ids["Influence"], members=members)
    html, seen = await text_of(own_opera.viewer, own_opera.tosca), []
    seen += re.findall(r">(House \d\d)<", html)
    while more := re.search(r'class="links__more[^>]*href="([^"]+)"', html):
        html = await text_of(own_opera.viewer, more[1].replace("&amp;", "&"))
        seen += re.findall(r">(House \d\d)<", html)
    assert seen == [f"House {number:02}" for number in range(60)]


async def test_many_kinds_of_associations_are_paged_with_links(own_opera: Opera) -> None:
    ids = own_opera.ids
    async with own_opera.site.database.writing() as session:
        for number in range(GROUPS + 10):
            kind = await create_topic(session, own_opera.map_id, None, name=f"Kind {number:02}")
            members = [(ids["Work"], ids["La Bohème"]), (ids["Theatre"], ids["Teatro Costanzi"])]
            await create_association(session, own_opera.map_id, None, type_id=kind.construct_id, members=members)
    html = await text_of(own_opera.viewer, f"{own_opera.url}/topics/la-boheme")
    seen = re.findall(r">(Kind \d\d)<", html)
    assert len(seen) == GROUPS
    further = re.search(r'href="([^"]+groups=[^"]+)"', html)
    assert further
    seen += re.findall(r">(Kind \d\d)<", await text_of(own_opera.viewer, further[1].replace("&amp;", "&")))
    assert sorted(seen) == [f"Kind {number:02}" for number in range(GROUPS + 10)]


async def test_occurrences_beyond_a_page_are_reached_by_a_link(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        await add_occurrence(session, own_opera.map_id, None, own_opera.ids["La Bohème"], type_id=own_opera.ids["Acts"], value="first")
        statement = (
            "INSERT INTO occurrence (map_id, topic_id, type_id, value)"
            f" SELECT {own_opera.map_id}, {own_opera.ids['La Bohème']}, {own_opera.ids['Acts']}, 'value ' || n"
            " FROM generate_series(1, 600) AS n"
        )
        await (await session.connection()).exec_driver_sql(statement)
    html = await text_of(own_opera.viewer, f"{own_opera.url}/topics/la-boheme")
    seen = re.findall(r"<dd>(value \d+|first)", html)
    assert len(seen) == 500
    more = re.search(r'href="([^"]+occurrences=\d+)"', html)
    assert more
    seen += re.findall(r"<dd>(value \d+|first)", await text_of(own_opera.viewer, more[1]))
    assert len(set(seen)) == 601


@pytest.mark.parametrize(
    "query", ["group=x&after=y", "group=1-2&after=%00", "groups=-", "groups=9-9", "group=5-6", "occurrences=x", "after=-1"]
)
async def test_paging_addresses_changed_by_hand_do_no_harm(opera: Opera, query: str) -> None:
    page = await opera.viewer.get(f"{opera.tosca}?{query}")
    assert page.status_code == 200


async def test_dangerous_addresses_are_not_links(own_opera: Opera) -> None:
    bad = ["javascript:alert(1)", "JaVaScript:alert(1)", " javascript:alert(1)", "data:text/html,<script>", "vbscript:x"]
    async with own_opera.site.database.writing() as session:
        connection = await session.connection()
        for value in bad:
            statement = "INSERT INTO occurrence (map_id, topic_id, type_id, datatype, value) VALUES (%s, %s, %s, %s, %s)"
            values = (own_opera.map_id, own_opera.ids["La Bohème"], own_opera.ids["Page"], XSD + "anyURI", value)
            await connection.exec_driver_sql(statement, values)
    html = await text_of(own_opera.viewer, f"{own_opera.url}/topics/la-boheme")
    assert "javascript:alert(1)" in html
    assert not re.search(r'href="\s*(javascript|data|vbscript):', html, re.IGNORECASE)


async def test_topic_without_names_is_called_by_its_address(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        await (await session.connection()).exec_driver_sql(f"DELETE FROM name WHERE topic_id = {own_opera.ids['Conductor']}")
        await (await session.connection()).exec_driver_sql(f"UPDATE topic SET label = slug WHERE id = {own_opera.ids['Conductor']}")
    html = await text_of(own_opera.owner, f"{own_opera.url}/topics/conductor")
    assert "<h1>conductor</h1>" in html
    assert "Undefined" not in html and "None" not in words(html)
    assert delete_name is not None


async def test_type_tells_how_it_is_used(opera: Opera) -> None:
    html = words(await text_of(opera.viewer, f"{opera.url}/topics/librettist"))
    assert "type of 2 topics" in html
    assert "part in 2 connections" in html


async def test_page_is_well_formed(opera: Opera) -> None:
    for client in (opera.owner, opera.viewer):
        html = await text_of(client, opera.tosca)
        Checker().check(html)


async def test_hard_values_are_escaped(own_opera: Opera) -> None:
    evil = '"><script>alert(1)</script>&amp;'
    async with own_opera.site.database.writing() as session:
        made = await create_topic(session, own_opera.map_id, own_opera.owner.id, name=evil, slug="evil")
        await add_occurrence(session, own_opera.map_id, own_opera.owner.id, made.construct_id, type_id=made.construct_id, value=evil)
        members = [(made.construct_id, made.construct_id), (own_opera.ids["Work"], own_opera.ids["Tosca"])]
        await create_association(session, own_opera.map_id, own_opera.owner.id, type_id=made.construct_id, members=members)
    for client in (own_opera.owner, own_opera.viewer):
        for path in (f"{own_opera.url}/topics/evil", own_opera.tosca):
            html = await text_of(client, path)
            assert "<script>alert" not in html
            Checker().check(html)


class Checker(HTMLParser):
    """Elements are closed in order, ids are unique and no attribute comes twice."""

    def check(self, html: str) -> None:
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        identity = dict(attrs).get("id")
        if identity is not None:
            assert identity not in self.ids, identity
            self.ids.add(identity)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, (tag, self.getpos())

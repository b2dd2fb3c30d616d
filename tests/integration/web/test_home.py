"""The home page, through the running application."""

from sqlalchemy import text

from tests.counting import counted
from tests.web import Person, Site


async def fill(site: Site, owner: Person, count: int) -> None:
    async with site.database.writing() as session:
        await session.execute(
            text(
                "INSERT INTO map (owner_id, title, base_iri, published_at, promoted_at, image_sha256)"
                " SELECT :owner, 'Map ' || i, 'urn:x:' || i, now() - i * interval '1 hour', CASE WHEN i = 40 THEN now() END,"
                " CASE WHEN i = 1 THEN sha256('x') END FROM generate_series(1, :count) AS i"
            ),
            {"owner": owner.id, "count": count},
        )


async def test_strangers_see_published_maps_the_promoted_one_first_and_can_turn_pages(site: Site, owner: Person) -> None:
    await fill(site, owner, 40)
    first = (await site.anonymous.get("/")).text
    assert first.index("Map 40") < first.index(">Map 1<") < first.index(">Map 23<")
    assert ">Map 24<" not in first and "Featured" in first and "Sign in" in first
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = (await site.anonymous.get(following)).text
    assert ">Map 24<" in second and ">Map 39<" in second and ">Map 23<" not in second
    back = second.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert ">Map 23<" in (await site.anonymous.get(back)).text


async def test_private_and_deleted_maps_are_not_shown(site: Site, owner: Person) -> None:
    await fill(site, owner, 3)
    async with site.database.writing() as session:
        await session.execute(text("UPDATE map SET published_at = NULL WHERE title = 'Map 1'"))
        await session.execute(text("UPDATE map SET trashed_at = now() WHERE title = 'Map 2'"))
    page = (await site.anonymous.get("/")).text
    assert ">Map 3<" in page and ">Map 1<" not in page and ">Map 2<" not in page


async def test_searching_finds_by_title_and_says_when_nothing_is_found(site: Site, owner: Person) -> None:
    await fill(site, owner, 12)
    assert ">Map 11<" in (await site.anonymous.get("/?q=map+11")).text
    nothing = await site.anonymous.get("/?q=%3Cscript%3E")
    assert "No published map has" in nothing.text and "<script>" not in nothing.text.partition("<main")[2].partition("</main")[0]
    fragment = await site.anonymous.get("/?q=11", fragment=True, target="published_maps")
    assert fragment.text.lstrip().startswith('<div id="published_maps">') and "<html" not in fragment.text


async def test_signed_in_people_see_their_own_maps_first(site: Site, owner: Person) -> None:
    assert "Make your first map" in (await owner.get("/")).text
    await fill(site, owner, 5)
    page = (await owner.get("/")).text
    assert page.index("Your maps") < page.index("Published maps")
    assert "Private" in page or "Published" in page


async def test_home_takes_at_most_three_statements(site: Site, owner: Person) -> None:
    await fill(site, owner, 30)
    await owner.get("/sign-in")  # a new connection has questions of its own
    with counted() as statements:
        assert (await owner.get("/")).status_code == 200
    assert len(statements) == 3

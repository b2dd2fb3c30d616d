"""What is tidied up, and what is left alone."""

from sqlalchemy import text

from contextualise.jobs import tidy_up
from tests.web import Person, Site


async def scalar(site: Site, statement: str) -> int:
    async with site.database.reading() as connection:
        return int((await connection.execute(text(statement))).scalar_one())


async def test_what_has_expired_is_forgotten_and_the_rest_is_kept(site: Site, owner: Person) -> None:
    other = await site.person("other@example.org")
    async with site.database.writing() as session:
        await session.execute(text("UPDATE user_session SET expires_at = now() - interval '1 hour' WHERE user_id = :id"), {"id": other.id})
        await session.execute(
            text(
                "INSERT INTO job (kind, state, finished_at) VALUES ('import', 'done', now() - interval '40 days'),"
                " ('import', 'done', now() - interval '2 days'), ('import', 'queued', NULL)"
            )
        )
        await session.execute(
            text(
                "INSERT INTO map (owner_id, title, base_iri, trashed_at) VALUES (:id, 'old', 'urn:a', now() - interval '31 days'),"
                " (:id, 'new', 'urn:b', now() - interval '29 days')"
            ),
            {"id": owner.id},
        )
        await session.execute(
            text(
                "INSERT INTO draft (map_id, user_id, place, source, updated_at)"
                " SELECT id, :id, 'topics/' || days, 'words', now() - days * interval '1 day'"
                " FROM map, generate_series(20, 40, 20) AS days WHERE title = 'new'"
            ),
            {"id": owner.id},
        )
    await tidy_up(site.database, site.objects)
    assert await scalar(site, "SELECT count(*) FROM draft WHERE place = 'topics/20'") == 1
    assert await scalar(site, "SELECT count(*) FROM draft") == 1
    assert await scalar(site, "SELECT count(*) FROM user_session") == 1
    assert await scalar(site, "SELECT count(*) FROM job") == 2
    assert await scalar(site, "SELECT count(*) FROM map WHERE title = 'new'") == 1
    assert await scalar(site, "SELECT count(*) FROM map WHERE title = 'old'") == 0
    await tidy_up(site.database, site.objects)
    assert await scalar(site, "SELECT count(*) FROM map") == 1


async def test_a_visit_keeps_the_session_alive(site: Site, owner: Person) -> None:
    async with site.database.writing() as session:
        await session.execute(
            text("UPDATE user_session SET last_seen_at = now() - interval '1 hour', expires_at = now() + interval '1 hour'")
        )
    assert (await owner.get("/maps")).status_code == 200
    assert await scalar(site, "SELECT count(*) FROM user_session WHERE last_seen_at > now() - interval '1 minute'") == 1
    assert await scalar(site, "SELECT count(*) FROM user_session WHERE expires_at > now() + interval '1 day'") == 1

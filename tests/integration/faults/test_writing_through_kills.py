"""Eight people write, upload, delete and undo while the server is killed and started five times: what was acknowledged is there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextualise.objects import open_store
from tests import services
from tests.integration.faults.test_killed import Site, running
from tests.integration.objects.places import listed
from tests.serving import KEY, Served, free_port, visiting
from tests.writers import Writer, table

WRITERS, KILLS, SECONDS_BETWEEN = 8, 5, 4.0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    served = Served(tmp_path / "storage", free_port(), {"SECRET_KEY": KEY, "WORKERS": "2"})
    with services.postgres_url() as server, services.database(server) as database_url:
        served.more["DATABASE_URL"] = database_url
        yield from running(Site(served, database_url, open_store(served.storage / "objects")))


async def test_what_was_acknowledged_is_there_after_five_kills(site: Site) -> None:
    over = asyncio.Event()
    async with visiting(site.served.address, site.database_url) as ada:
        home = await ada.new_map()
        topics = [await ada.new_topic(home, f"Topic {number}") for number in range(WRITERS)]
        common = await ada.new_topic(home, "For all")
        places = [(ada, site.served, site.database_url, home, topic, common, number) for number, topic in enumerate(topics)]
        writers = [Writer(*place) for place in places]
        async with asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(writer.work(over))
            for _ in range(KILLS):
                await asyncio.sleep(SECONDS_BETWEEN)
                await asyncio.to_thread(site.served.kill)
                await asyncio.to_thread(site.served.start)
            await asyncio.sleep(SECONDS_BETWEEN)
            over.set()

        for writer in writers:
            assert await writer.look() == writer.state
            await writer.check_pages()
        print(table(writers))
        assert sum(writer.acknowledged.total() for writer in writers) > WRITERS * KILLS
        assert sum(writer.unanswered.total() for writer in writers) > 0
    site.doctor()
    await site.collect()
    assert "no row names" not in site.doctor()
    assert [key for key, _ in await listed(site.objects) if not key.startswith("maps/")] == []

"""What a new version of the program owes to the maps that an older one made."""

from contextualise.domain.base_topics import BASE_TOPICS, add_missing
from contextualise.domain.history import begin, finish
from contextualise.repository.database import Database
from contextualise.repository.identifiers import maps_without


async def complete_maps(database: Database) -> int:
    """Give each map the base topics that it was made before; returns how many maps lacked some.

    One transaction a map. Looking costs one statement, so every start may do it.
    """
    async with database.reading() as connection:
        lacking = await maps_without(connection, [base.psi for base in BASE_TOPICS])
    for map_id in lacking:
        async with database.writing() as session:
            journal = await begin(session, map_id)
            await add_missing(journal)
            await finish(journal, user_id=None, op="map.base", construct_id=0, label="")
    return len(lacking)

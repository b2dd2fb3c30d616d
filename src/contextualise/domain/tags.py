"""Tags: topics that others are put under by a word (categorization with the roles member and category)."""

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import require_base
from contextualise.domain.errors import Invalid, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.topics import insert_topic, resolve
from contextualise.domain.topics.creating import choose_slug
from contextualise.repository import associations, deletion, topics
from contextualise.repository.journal import Journal


async def add_tag(session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, name: str) -> Saved:
    """Put a topic under a tag, which is made where no topic has the name; twice counts once. Returns the association's id.

    Raises `NotFound` and `Invalid`.
    """
    name = inputs.line(name, "name", what="a tag", limit=200)
    journal = await begin(session, map_id)
    await inputs.require_topic(session, map_id, topic_id)
    base = await require_base(journal, "categorization", "member", "category", "tag")
    tag_id, label = await _tag(journal, user_id, name, base["tag"])
    if tag_id == topic_id:
        raise Invalid({"name": "A topic cannot be its own tag."})
    members = [(base["member"], topic_id), (base["category"], tag_id)]
    equal = await associations.find_equal(session, map_id, [associations.association_sig(base["categorization"], 0, members)])
    if equal:
        return Saved(equal[0]["id"], None, journal.version)
    made = await associations.insert_association(journal, type_id=base["categorization"], scope_id=0, members=members, user_id=user_id)
    return await finish(journal, user_id=user_id, op="tag.add", construct_id=made, label=label)


async def remove_tag(session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, tag_id: int) -> Saved:
    """Take a topic from under a tag; the tag itself stays. Raises `NotFound`."""
    journal = await begin(session, map_id)
    tag = await inputs.require_topic(session, map_id, tag_id)
    base = await require_base(journal, "categorization", "member", "category")
    members = [(base["member"], topic_id), (base["category"], tag_id)]
    equal = await associations.find_equal(session, map_id, [associations.association_sig(base["categorization"], 0, members)])
    if not equal:
        raise NotFound("The topic has no such tag.")
    doomed = await deletion.collect(session, map_id, deletion.Doomed(associations={equal[0]["id"]}))
    await deletion.delete_all(journal, doomed)
    return await finish(journal, user_id=user_id, op="tag.remove", construct_id=equal[0]["id"], label=tag.label)


async def _tag(journal: Journal, user_id: int | None, name: str, tag_type: int) -> tuple[int, str]:
    """The topic a tag's name means, a tag from now on, and its label."""
    session, map_id = journal.session, journal.map_id
    found = await resolve(session, map_id, name)
    if found is None or found.is_base:
        slug = await choose_slug(journal, None, name)
        return await insert_topic(journal, user_id, name=name, slug=slug, type_ids=[tag_type]), name
    if tag_type not in await topics.types_of(session, map_id, found.id):
        await topics.insert_types(journal, found.id, [tag_type])
    return found.id, found.label

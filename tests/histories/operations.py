"""What people do to a map, each chosen by four numbers, and histories made of it."""

import os
from collections.abc import Awaitable, Callable, Sequence

from hypothesis import strategies as st

from contextualise.domain import associations, history, names, occurrences, reification, tags, texts, topics
from contextualise.domain.history import Saved
from tests.histories.worlds import World

STEPS = int(os.environ.get("STATEFUL_STEPS", "14"))
WORDS = ("Tosca", "tosca", "Rome", "Roma", "Äther", "act")
XSD = "http://www.w3.org/2001/XMLSchema#"

Numbers = tuple[int, int, int, int]
Operation = Callable[[World, Numbers], Awaitable[Saved]]


async def create_topic(w: World, n: Numbers) -> Saved:
    return await topics.create_topic(
        w.session,
        w.map_id,
        None,
        name=WORDS[n[0] % len(WORDS)],
        type_ids=await w.some_topics(n[1]),
        scope_ids=await w.some_topics(n[2], n[3]),
    )


async def add_name(w: World, n: Numbers) -> Saved:
    type_id = (await w.topic(n[3])) if n[3] % 4 == 0 else None
    return await names.add_name(
        w.session,
        w.map_id,
        None,
        await w.topic(n[0]),
        value=WORDS[n[1] % len(WORDS)],
        type_id=type_id,
        scope_ids=await w.some_topics(n[2], n[3]),
    )


async def edit_name(w: World, n: Numbers) -> Saved:
    name = await w.name(n[0])
    return await names.edit_name(w.session, w.map_id, None, name, value=WORDS[n[1] % len(WORDS)], scope_ids=await w.some_topics(n[2], n[3]))


async def delete_name(w: World, n: Numbers) -> Saved:
    return await names.delete_name(w.session, w.map_id, None, await w.name(n[0]))


async def add_variant(w: World, n: Numbers) -> Saved:
    name = await w.name(n[0])
    return await names.add_variant(w.session, w.map_id, None, name, value=WORDS[n[1] % 2], scope_ids=await w.some_topics(n[2], n[3]))


async def edit_variant(w: World, n: Numbers) -> Saved:
    variant = await w.pick(n[0], "variant")
    return await names.edit_variant(w.session, w.map_id, None, variant, value=WORDS[n[1] % 2], scope_ids=await w.some_topics(n[2], n[3]))


async def delete_variant(w: World, n: Numbers) -> Saved:
    return await names.delete_variant(w.session, w.map_id, None, await w.pick(n[0], "variant"))


async def add_occurrence(w: World, n: Numbers) -> Saved:
    bearer = await w.construct(n[0])
    return await occurrences.add_occurrence(
        w.session,
        w.map_id,
        None,
        bearer,
        type_id=await w.topic(n[1]),
        value=str(n[2] % 3),
        datatype=XSD + ("integer", "string")[n[2] % 2],
        title=("here", None)[n[3] % 2],
        scope_ids=await w.some_topics(n[3]),
    )


async def edit_occurrence(w: World, n: Numbers) -> Saved:
    occurrence = await w.pick(n[0], "occurrence")
    return await occurrences.edit_occurrence(
        w.session,
        w.map_id,
        None,
        occurrence,
        type_id=await w.topic(n[1]),
        value=str(n[2] % 3),
        scope_ids=await w.some_topics(n[3]),
    )


async def delete_occurrence(w: World, n: Numbers) -> Saved:
    return await occurrences.delete_occurrence(w.session, w.map_id, None, await w.pick(n[0], "occurrence"))


async def associate(w: World, n: Numbers) -> Saved:
    role, other = await w.topic(n[1]), await w.topic(n[2])
    members = [(role, await w.topic(n[3] + index)) for index in range(1 + n[0] % 3)]
    return await associations.create_association(
        w.session, w.map_id, None, type_id=other, members=members, scope_ids=await w.some_topics(n[0])
    )


async def associate_quickly(w: World, n: Numbers) -> Saved:
    return await associations.quick_association(w.session, w.map_id, None, await w.topic(n[0]), await w.topic(n[1]))


async def edit_association(w: World, n: Numbers) -> Saved:
    association = await w.pick(n[0], "association")
    members = [(await w.topic(n[1]), await w.topic(n[2] + index)) for index in range(1 + n[0] % 3)]
    return await associations.edit_association(
        w.session,
        w.map_id,
        None,
        association,
        type_id=await w.topic(n[3]),
        members=members,
        scope_ids=await w.some_topics(n[1]),
    )


async def delete_association(w: World, n: Numbers) -> Saved:
    return await associations.delete_association(w.session, w.map_id, None, await w.pick(n[0], "association"))


async def set_types(w: World, n: Numbers) -> Saved:
    return await topics.set_types(w.session, w.map_id, None, await w.topic(n[0]), await w.some_topics(n[1], n[2], n[3]))


async def rename(w: World, n: Numbers) -> Saved:
    return await topics.rename_topic(w.session, w.map_id, None, await w.topic(n[0]), slug=WORDS[n[1] % len(WORDS)])


async def delete_topic(w: World, n: Numbers) -> Saved:
    replacement = await w.topic(n[1]) if n[2] % 2 else None
    return await topics.delete_topic(w.session, w.map_id, None, await w.topic(n[0]), replacement_id=replacement)


async def merge(w: World, n: Numbers) -> Saved:
    return await topics.merge_topics(w.session, w.map_id, None, await w.topic(n[0]), await w.topic(n[1]))


async def identify(w: World, n: Numbers) -> Saved:
    kind = topics.IdentifierKind(1 + n[2] % 3)
    iri = f"https://example.org/{n[1] % 3}"
    change = topics.add_identifier if n[3] % 3 else topics.remove_identifier
    return await change(w.session, w.map_id, None, await w.topic(n[0]), iri=iri, kind=kind)


async def reify(w: World, n: Numbers) -> Saved:
    return await reification.reify(w.session, w.map_id, None, await w.construct(n[0]), name=WORDS[n[1] % len(WORDS)])


async def unreify(w: World, n: Numbers) -> Saved:
    topic = await w.pick(n[0], "topic", "id IN (SELECT reifier_id FROM reification)")
    return await reification.unreify(w.session, w.map_id, None, topic)


async def tag(w: World, n: Numbers) -> Saved:
    return await tags.add_tag(w.session, w.map_id, None, await w.topic(n[0]), WORDS[n[1] % len(WORDS)])


async def untag(w: World, n: Numbers) -> Saved:
    member = "id IN (SELECT player_id FROM role WHERE type_id = (SELECT id FROM topic WHERE map_id = :m AND slug = '{}'))"
    topic, tag = await w.pick(n[0], "topic", member.format("member")), await w.pick(n[1], "topic", member.format("category"))
    return await tags.remove_tag(w.session, w.map_id, None, topic, tag)


async def write(w: World, n: Numbers) -> Saved:
    topic, scope_ids = await w.topic(n[0]), await w.some_topics(n[2])
    source = ("", "[[Tosca]] in [[Roma|Rome]]", "[[aether]] and [[act-2]]")[n[1] % 3]
    try:
        return await texts.save_text(w.session, w.objects, w.map_id, None, topic, source=source, expected=None, scope_ids=scope_ids)
    except texts.Stale as stale:
        if n[3] % 2:
            raise
        return await texts.save_text(
            w.session, w.objects, w.map_id, None, topic, source=source, expected=stale.current, scope_ids=scope_ids
        )


async def undo(w: World, n: Numbers) -> Saved:
    changes = await w.ids("change", "op <> 'map.create'")
    recent = changes[-6:]
    return await history.undo(w.session, w.map_id, None, recent[n[0] % len(recent)] if recent else 0)


async def restore(w: World, n: Numbers) -> Saved:
    deleted = [item.id for item in await history.trash(w.session, w.map_id)]
    return await history.restore_topic(w.session, w.map_id, None, deleted[n[0] % len(deleted)] if deleted else 0)


OPERATIONS: Sequence[Operation] = (
    *(create_topic, create_topic, add_name, edit_name, delete_name, add_variant, edit_variant, delete_variant),
    *(add_occurrence, add_occurrence, edit_occurrence, delete_occurrence, associate, associate, associate_quickly),
    *(edit_association, delete_association, set_types, rename, delete_topic, delete_topic, delete_topic, merge, merge),
    *(identify, reify, unreify, tag, untag, write, write, undo, undo, restore, restore),
)

numbers = st.integers(0, 40)
steps = st.lists(st.tuples(st.sampled_from(OPERATIONS), st.tuples(numbers, numbers, numbers, numbers)), min_size=STEPS // 2, max_size=STEPS)

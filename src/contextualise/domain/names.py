"""Names of topics and their variants (TMDM 5.5, 5.6)."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import plain_name_type
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.scopes import scope_of
from contextualise.repository import deletion, names, rows, scopes
from contextualise.repository.journal import Image, Journal
from contextualise.repository.tables import Name, Variant

STRING = "http://www.w3.org/2001/XMLSchema#string"


async def add_name(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    topic_id: int,
    *,
    value: str,
    type_id: int | None = None,
    scope_ids: Collection[int] = (),
) -> Saved:
    """Give a topic another name; raises `Invalid`, and `Conflict` where it has this name in this context already."""
    value = inputs.line(value, "value", what="a name")
    journal = await begin(session, map_id)
    await inputs.require_topic(session, map_id, topic_id)
    type_id, scope_id = await _type_and_scope(journal, type_id, scope_ids)
    if await names.equal_name(session, map_id, topic_id=topic_id, type_id=type_id, scope_id=scope_id, value=value):
        raise Conflict(f"“{value}” is a name of this topic in this context already.")
    name = await names.insert_name(journal, topic_id=topic_id, type_id=type_id, scope_id=scope_id, value=value)
    return await finish(journal, user_id=user_id, op="name.add", construct_id=name["id"], label=value)


async def edit_name(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    name_id: int,
    *,
    value: str,
    type_id: int | None = None,
    scope_ids: Collection[int] = (),
) -> Saved:
    """Write a name anew; without a type it becomes a plain name. Its variants stay variants of it.

    Raises `Invalid`, and `Conflict` where the topic has such a name already or a variant would no longer say more than its name.
    """
    value = inputs.line(value, "value", what="a name")
    journal = await begin(session, map_id)
    old = await _require(session, map_id, name_id)
    type_id, scope_id = await _type_and_scope(journal, type_id, scope_ids)
    equal = await names.equal_name(session, map_id, topic_id=old["topic_id"], type_id=type_id, scope_id=scope_id, value=value)
    if equal and equal["id"] != name_id:
        raise Conflict(f"“{value}” is a name of this topic in this context already.")
    if scope_id != old["scope_id"]:
        await _move_variants(journal, old, scope_id)
    await names.update_name(journal, name_id, type_id=type_id, scope_id=scope_id, value=value)
    return await finish(journal, user_id=user_id, op="name.edit", construct_id=name_id, label=value)


async def delete_name(session: AsyncSession, map_id: int, user_id: int | None, name_id: int) -> Saved:
    """Take a name from a topic, with its variants; raises `Conflict` for the last one: a topic stays called something."""
    journal = await begin(session, map_id)
    name = await _require(session, map_id, name_id)
    if await names.count_names(session, map_id, name["topic_id"]) == 1:
        raise Conflict("This is the only name of the topic. Change it, or add another one first.")
    doomed = await deletion.collect(session, map_id, deletion.Doomed(names={name_id}))
    await deletion.delete_all(journal, doomed)
    return await finish(journal, user_id=user_id, op="name.delete", construct_id=name_id, label=name["value"])


async def add_variant(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    name_id: int,
    *,
    value: str,
    scope_ids: Collection[int],
    datatype: str = STRING,
) -> Saved:
    """Give a name another form for further contexts: its scope is the name's and these themes (TMDM 5.6).

    Raises `Invalid` where the themes add nothing to the name's scope, `Conflict` where the name has this variant already.
    """
    value = inputs.line(value, "value", what="the other form of the name")
    journal = await begin(session, map_id)
    name = await _require(session, map_id, name_id)
    scope_id = await _wider_scope(journal, name["scope_id"], scope_ids)
    await _refuse_equal(session, map_id, name_id, scope_id, datatype, value)
    variant = await names.insert_variant(journal, name_id=name_id, scope_id=scope_id, datatype=datatype, value=value)
    return await finish(journal, user_id=user_id, op="variant.add", construct_id=variant["id"], label=value, also=[name["topic_id"]])


async def edit_variant(
    session: AsyncSession, map_id: int, user_id: int | None, variant_id: int, *, value: str, scope_ids: Collection[int]
) -> Saved:
    """Write a variant anew; raises as `add_variant` does."""
    value = inputs.line(value, "value", what="the other form of the name")
    journal = await begin(session, map_id)
    variant, name = await _require_variant(session, map_id, variant_id)
    scope_id = await _wider_scope(journal, name["scope_id"], scope_ids)
    await _refuse_equal(session, map_id, name["id"], scope_id, variant["datatype"], value, but=variant_id)
    await names.update_variant(journal, variant_id, scope_id=scope_id, value=value)
    return await finish(journal, user_id=user_id, op="variant.edit", construct_id=variant_id, label=value, also=[name["topic_id"]])


async def delete_variant(session: AsyncSession, map_id: int, user_id: int | None, variant_id: int) -> Saved:
    """Take a variant from its name."""
    journal = await begin(session, map_id)
    variant, name = await _require_variant(session, map_id, variant_id)
    await deletion.delete_all(journal, await deletion.collect(session, map_id, deletion.Doomed(variants={variant_id})))
    return await finish(
        journal,
        user_id=user_id,
        op="variant.delete",
        construct_id=variant_id,
        label=variant["value"],
        also=[name["topic_id"]],
    )


async def _type_and_scope(journal: Journal, type_id: int | None, scope_ids: Collection[int]) -> tuple[int, int]:
    if type_id is None:
        type_id = await plain_name_type(journal)
    else:
        await inputs.require_topics(journal.session, journal.map_id, {"type_id": [type_id]})
    return type_id, await scope_of(journal, scope_ids)


async def _move_variants(journal: Journal, name: Image, scope_id: int) -> None:
    """Carry the further themes of each variant over to the name's new scope."""
    session, map_id = journal.session, journal.map_id
    variants = await rows.find_many(session, map_id, Variant, "name_id", [name["id"]])
    if not variants:
        return
    themes = await scopes.themes_of(session, map_id, {name["scope_id"], scope_id, *(variant["scope_id"] for variant in variants)})
    for variant in variants:
        further = themes[variant["scope_id"]] - themes[name["scope_id"]]
        if further <= themes[scope_id]:
            raise Conflict(f"In this context the name would say no less than its variant “{variant['value']}”. Change that one first.")
        wider = await scopes.intern_scope(journal.session, journal.map_id, further | themes[scope_id])
        await names.update_variant(journal, variant["id"], scope_id=wider)


async def _wider_scope(journal: Journal, scope_id: int, scope_ids: Collection[int]) -> int:
    given = await scope_of(journal, scope_ids)
    themes = await scopes.themes_of(journal.session, journal.map_id, {scope_id, given})
    if themes[given] <= themes[scope_id]:
        raise Invalid({"scope_ids": "Choose at least one context that the name itself does not have."})
    return await scopes.intern_scope(journal.session, journal.map_id, themes[given] | themes[scope_id])


async def _refuse_equal(
    session: AsyncSession, map_id: int, name_id: int, scope_id: int, datatype: str, value: str, *, but: int | None = None
) -> None:
    equal = await names.equal_variant(session, map_id, name_id=name_id, scope_id=scope_id, datatype=datatype, value=value)
    if equal and equal["id"] != but:
        raise Conflict(f"“{value}” is a variant of this name in this context already.")


async def _require(session: AsyncSession, map_id: int, name_id: int) -> Image:
    name = await rows.find(session, map_id, Name, name_id)
    if name is None:
        raise NotFound("There is no such name in this map.")
    return name


async def _require_variant(session: AsyncSession, map_id: int, variant_id: int) -> tuple[Image, Image]:
    variant = await rows.find(session, map_id, Variant, variant_id)
    if variant is None:
        raise NotFound("There is no such variant in this map.")
    return variant, await _require(session, map_id, variant["name_id"])

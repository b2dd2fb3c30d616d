import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import (
    AlreadyThere,
    create_association,
    delete_association,
    edit_association,
    quick_association,
)
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import undo
from tests.factories import base, make_map, make_topics


async def members(session: AsyncSession, association_id: int) -> set[tuple[int, int, int, int]]:
    rows = await session.execute(
        text("SELECT type_id, player_id, association_type_id, association_scope_id FROM role WHERE association_id = :a"),
        {"a": association_id},
    )
    return {tuple(row) for row in rows}


async def test_an_association_may_have_one_member_or_many(session: AsyncSession) -> None:
    map_id = await make_map(session)
    kind, role, a, b, c = await make_topics(session, map_id, "premiere", "part", "Tosca", "Rome", "1900")
    one = await create_association(session, map_id, None, type_id=kind, members=[(role, a)])
    three = await create_association(session, map_id, None, type_id=kind, members=[(role, a), (role, b), (role, c), (role, a)])
    assert await members(session, one.construct_id) == {(role, a, kind, 0)}
    assert await members(session, three.construct_id) == {(role, x, kind, 0) for x in (a, b, c)}


async def test_an_equal_association_is_told_whatever_the_order_of_members(session: AsyncSession) -> None:
    map_id = await make_map(session)
    kind, whole, part, a, b = await make_topics(session, map_id, "has part", "whole", "part", "Tosca", "Act 1")
    first = await create_association(session, map_id, None, type_id=kind, members=[(whole, a), (part, b)])
    with pytest.raises(AlreadyThere) as refused:
        await create_association(session, map_id, None, type_id=kind, members=[(part, b), (whole, a)])
    assert refused.value.construct_id == first.construct_id
    await create_association(session, map_id, None, type_id=kind, members=[(part, b), (whole, a)], scope_ids=[part])


async def test_no_members_and_foreign_topics_are_refused(session: AsyncSession) -> None:
    here, there = await make_map(session), await make_map(session)
    kind, role, a = await make_topics(session, here, "kind", "role", "a")
    (foreign,) = await make_topics(session, there, "foreign")
    for type_id, pairs, field in ((kind, [], "members"), (foreign, [(role, a)], "type_id"), (kind, [(role, foreign)], "members")):
        with pytest.raises(Invalid) as refused:
            await create_association(session, here, None, type_id=type_id, members=pairs)
        assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("reserved", ["navigation", "categorization", "type-instance"])
async def test_reserved_types_are_refused(session: AsyncSession, reserved: str) -> None:
    map_id = await make_map(session)
    role, a = await make_topics(session, map_id, "role", "a")
    with pytest.raises(Invalid):
        await create_association(session, map_id, None, type_id=await base(session, map_id, reserved), members=[(role, a)])


async def test_a_quick_association_relates_two_topics_once(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b = await make_topics(session, map_id, "Tosca", "Rome")
    saved = await quick_association(session, map_id, None, a, b)
    kind, role = await base(session, map_id, "association"), await base(session, map_id, "related")
    assert await members(session, saved.construct_id) == {(role, a, kind, 0), (role, b, kind, 0)}
    with pytest.raises(AlreadyThere):
        await quick_association(session, map_id, None, b, a)
    with pytest.raises(Invalid):
        await quick_association(session, map_id, None, a, a)


async def test_editing_changes_type_members_and_context_and_can_be_undone(session: AsyncSession) -> None:
    map_id = await make_map(session)
    kind, other, role, a, b, c = await make_topics(session, map_id, "kind", "other kind", "role", "a", "b", "c")
    made = await create_association(session, map_id, None, type_id=kind, members=[(role, a), (role, b)])
    before = await members(session, made.construct_id)
    edited = await edit_association(session, map_id, None, made.construct_id, type_id=other, members=[(role, a), (role, c)], scope_ids=[b])
    after = await members(session, made.construct_id)
    assert {row[:3] for row in after} == {(role, a, other), (role, c, other)}
    assert {row[3] for row in after} != {0}
    assert edited.change_id is not None
    await undo(session, map_id, None, edited.change_id)
    assert await members(session, made.construct_id) == before


async def test_a_deleted_association_comes_back_by_undo(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b = await make_topics(session, map_id, "Tosca", "Rome")
    made = await quick_association(session, map_id, None, a, b)
    before = await members(session, made.construct_id)
    gone = await delete_association(session, map_id, None, made.construct_id)
    assert await members(session, made.construct_id) == set()
    assert gone.change_id is not None
    await undo(session, map_id, None, gone.change_id)
    assert await members(session, made.construct_id) == before
    with pytest.raises(Conflict):
        await undo(session, map_id, None, gone.change_id)


async def test_an_association_of_another_map_is_not_found(session: AsyncSession) -> None:
    here, there = await make_map(session), await make_map(session)
    a, b = await make_topics(session, there, "a", "b")
    made = await quick_association(session, there, None, a, b)
    with pytest.raises(NotFound):
        await delete_association(session, here, None, made.construct_id)

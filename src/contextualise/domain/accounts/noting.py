"""What people do with their own accounts by links, for the log that administrators read."""

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.audit import add_line


async def note(session: AsyncSession, action: str, user_id: int) -> None:
    """Add one line to the log about what a person did with the own account."""
    await add_line(session, user_id=user_id, action=action, map_id=None, subject_id=user_id, subject="", detail={})

"""What nobody needs any more."""

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository import accounts as repository


async def forget_expired(session: AsyncSession) -> None:
    """Delete ended sessions, old links and old counts; safe to run at any time and by several processes."""
    await repository.forget_sessions(session)
    await repository.forget_links(session)
    await repository.forget_windows(session)

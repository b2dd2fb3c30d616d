"""What all pages for administrators share: the way between them, with the count of reports that wait."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import reports
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading


async def show_admin(
    request: AnyRequest,
    connection: AsyncConnection | None,
    template: str,
    page: object,
    *,
    block: str | None = None,
    status: int = 200,
    **more: Any,
) -> Response[str]:
    """The page below the tabs of administration; without a connection one is opened."""
    if connection is None:
        async with reading(request) as opened:
            waiting = await reports.count_open(opened)
    else:
        waiting = await reports.count_open(connection)
    return show(request, template, page, block=block, status=status, open_reports=waiting, **more)

"""Puts the parts together: settings, database, object store, templates, routes."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from email.headerregistry import Address
from functools import cache, partial

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State

from contextualise import logs
from contextualise.domain.live import Hub
from contextualise.domain.mail import Mailer, Server, Transport
from contextualise.domain.troubles import Noticing, Webhook
from contextualise.jobs import Stores, keep_house, run_jobs, run_mail, run_notices, run_troubles
from contextualise.objects import open_store
from contextualise.repository.database import Database
from contextualise.settings import Settings, SmtpSettings, load_settings
from contextualise.web import ROUTES
from contextualise.web.accounts import keep_session
from contextualise.web.notices import stop_path
from contextualise.web.shared.assets import Assets
from contextualise.web.shared.errors import HANDLERS
from contextualise.web.shared.flash import Signer
from contextualise.web.shared.indexing import mark_for_robots
from contextualise.web.shared.request_log import RequestLog
from contextualise.web.shared.security import OriginCheck, add_headers
from contextualise.web.shared.state import Parts
from contextualise.web.shared.templates import Templates


def create_app_from_environment() -> Litestar:
    """The application for a server process; settings come from the environment."""
    settings = load_settings(os.environ)
    noticing = Noticing()
    logs.configure(settings.log_level, settings.log_format, noticing)
    return create_app(settings, noticing=noticing)


@cache
def front_end() -> tuple[Assets, Templates]:
    """Static files and templates, the same for every application in a process: tests make hundreds of them."""
    assets = Assets()
    return assets, Templates(assets)


def create_app(settings: Settings, *, with_jobs: bool = True, noticing: Noticing | None = None) -> Litestar:
    """The application. `settings.database_url` must name a migrated database; `noticing` reads along with the log."""
    assert settings.database_url is not None, "the embedded database is started by `serve`, which names it here"
    assets, templates = front_end()
    database = Database(settings.database_url)
    parts = Parts(
        settings=settings,
        database=database,
        objects=open_store(settings.objects_folder, settings.s3),
        templates=templates,
        assets=assets,
        signer=Signer(settings.secret_key),
        mailer=mailer_of(settings),
        hub=Hub(database),
    )

    stores = Stores(settings.database_url, str(settings.objects_folder), settings.s3)

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        running = [run_jobs(parts.database, parts.objects, stores), keep_house(parts.database, parts.objects)] if with_jobs else []
        if with_jobs and settings.smtp is not None:
            running.append(run_mail(parts.database, parts.mailer, Transport(server_of(settings.smtp))))
            running.append(run_notices(parts.database, parts.mailer, partial(stop_path, parts.signer)))
        if with_jobs and noticing is not None:
            webhook = Webhook(settings.error_webhook_url) if settings.error_webhook_url else None
            running.append(run_troubles(parts.database, noticing, parts.mailer, webhook))
        tasks = [asyncio.create_task(work) for work in running]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await parts.hub.close()
            await parts.database.close()

    return Litestar(
        route_handlers=ROUTES,
        state=State({"parts": parts}),
        lifespan=[lifespan],
        middleware=[RequestLog(), OriginCheck()],
        before_send=[add_headers, mark_for_robots],
        after_response=keep_session,
        exception_handlers=HANDLERS,
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=1, minimum_size=1500, exclude=["/static/", "/files/", "/live$", "[.]zip$"]
        ),
        # A form is a little larger than the file in it; each route checks its own limit on the file.
        request_max_body_size=max(settings.max_upload_mb, settings.max_import_mb) * 1_000_000 + 1_000_000,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def mailer_of(settings: Settings) -> Mailer:
    """What writes mail; without a mail server it writes none."""
    return Mailer(is_on=settings.smtp is not None, origin=settings.public_url or settings.address)


def server_of(smtp: SmtpSettings) -> Server:
    """The mail server as the domain knows it."""
    sender = Address(smtp.sender_name, addr_spec=smtp.sender)
    return Server(smtp.host, smtp.port, smtp.user, smtp.password, smtp.security, sender)

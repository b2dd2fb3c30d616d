"""Progress of long work: a bar on a terminal, a line at the beginning otherwise."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from contextualise.domain.transfer import Progress as Work

LOOK_EVERY_SECONDS = 0.1


@contextmanager
def steps(description: str, total: int) -> Iterator[Callable[[], None]]:
    """Show progress on standard error while the block runs; what is given is to be called after each step."""
    if not sys.stderr.isatty():
        click.echo(f"{description}: {total:,} …", err=True)
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=total)
        yield lambda: bar.advance(task)


@asynccontextmanager
async def shown(work: Work) -> AsyncIterator[None]:
    """Show on standard error how far the work is while the block runs: a bar on a terminal, a line for each step otherwise."""
    task = asyncio.create_task(_show(work))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _show(work: Work) -> None:
    if not sys.stderr.isatty():
        told = ""
        while True:
            if work.message != told:
                told = work.message
                click.echo(f"{told} …", err=True)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        while True:
            bar.update(task, description=work.message, completed=work.done, total=work.total)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

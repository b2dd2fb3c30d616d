"""Progress of long work: a bar on a terminal, a line at the beginning otherwise."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


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

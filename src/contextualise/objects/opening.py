"""Chooses the store that the settings name."""

from pathlib import Path
from typing import Protocol

from contextualise.objects.folder import FolderStore
from contextualise.objects.interface import ObjectStore


class S3Place(Protocol):
    """Where an S3 server is and how it is asked."""

    @property
    def address(self) -> str: ...
    @property
    def secure(self) -> bool: ...
    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def bucket(self) -> str: ...
    @property
    def region(self) -> str: ...


def open_store(folder: Path, s3: S3Place | None = None) -> ObjectStore:
    """The store on the S3 server if there is one, else in the folder; neither is touched yet."""
    if s3 is None:
        return FolderStore(folder)
    from contextualise.objects.s3 import S3Store

    return S3Store(s3)

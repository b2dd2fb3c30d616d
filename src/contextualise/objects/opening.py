"""Chooses the store that the settings name."""

from pathlib import Path

from contextualise.objects.folder import FolderStore
from contextualise.objects.interface import ObjectStore, S3Place


def open_store(folder: Path, s3: S3Place | None = None) -> ObjectStore:
    """Return the store on the S3 server if there is one, else in the folder; neither is touched yet."""
    if s3 is None:
        return FolderStore(folder)
    # Loading the SDK takes longer than all the rest of a start, and few installations need it.
    from contextualise.objects.s3 import S3Store

    return S3Store(s3)

"""The object store: content under the SHA-256 of its bytes, in a folder or on an S3 server, behind one interface."""

from contextualise.objects.folder import FolderStore
from contextualise.objects.hashing import chunks_of, hash_stream
from contextualise.objects.interface import (
    Data,
    ObjectMissing,
    ObjectStore,
    Opened,
    Received,
    S3Place,
    StoredObject,
    StoreFull,
    StoreUnavailable,
    TooLarge,
)
from contextualise.objects.opening import open_store
from contextualise.objects.receiving import HEAD, INCOMING

__all__ = (
    "HEAD",
    "INCOMING",
    "Data",
    "FolderStore",
    "ObjectMissing",
    "ObjectStore",
    "Opened",
    "Received",
    "S3Place",
    "StoreFull",
    "StoreUnavailable",
    "StoredObject",
    "TooLarge",
    "chunks_of",
    "hash_stream",
    "open_store",
)

"""The object store: content under the SHA-256 of its bytes, in a folder or on an S3 server, behind one interface."""

from contextualise.objects.folder import FolderStore
from contextualise.objects.hashing import chunks_of, hash_stream
from contextualise.objects.interface import Data, ObjectMissing, ObjectStore, Opened, S3Place, StoredObject, StoreUnavailable
from contextualise.objects.opening import open_store

__all__ = (
    "Data",
    "FolderStore",
    "ObjectMissing",
    "ObjectStore",
    "Opened",
    "S3Place",
    "StoreUnavailable",
    "StoredObject",
    "chunks_of",
    "hash_stream",
    "open_store",
)

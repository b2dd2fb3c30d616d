"""The object store: content under the SHA-256 of its bytes, in a folder or on an S3 server, behind one interface."""

from contextualise.objects.folder import FolderStore
from contextualise.objects.interface import ObjectMissing, ObjectStore, Opened, StoreUnavailable, StoredObject
from contextualise.objects.opening import open_store

__all__ = ["FolderStore", "ObjectMissing", "ObjectStore", "Opened", "StoreUnavailable", "StoredObject", "open_store"]

"""A small map of real knowledge that a newcomer can read, change and throw away."""

from contextualise.domain.sample.loading import create_sample

__all__ = ["create_sample"]

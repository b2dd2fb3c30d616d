"""Servers that Contextualise starts by itself: PostgreSQL for the one-command run, both it and a real S3 server for tests."""

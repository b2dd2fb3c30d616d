"""How the server is set: small enough for a machine of 2 GB, the same at every start whatever its folder says."""

from pathlib import Path

# The number only names the socket; nothing listens on a network port unless asked to.
PORT = 5432

SETTINGS = {
    "cluster_name": "contextualise",
    # Forty for each server process, and a few for commands.
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    # Pages are read by short statements; compiling them costs more than it saves.
    "jit": "off",
    # One server without replicas: bulk imports need not be logged in full.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "huge_pages": "off",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "unix_socket_permissions": "0700",
}

# What a crash of the machine would lose is the tests' own data.
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
}


def server_options(sockets: Path, port: int, *, tcp: bool, fast: bool, version: int) -> list[str]:
    """The arguments for `postgres`: `-c name=value` for each setting."""
    settings = {
        **SETTINGS,
        **(UNSAFE_BUT_FAST if fast else {}),
        "listen_addresses": "127.0.0.1" if tcp else "",
        "unix_socket_directories": f'"{sockets}"',
        "port": str(port),
    }
    if version >= 18:
        # Its three extra processes gain nothing on the small machines this is for.
        settings["io_method"] = "sync"
    return [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]

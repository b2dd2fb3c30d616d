#!/bin/sh
# Prints the path of a Python of version 3.11 or newer: the person's own choice ($PYTHON), the environment made before, or one of the system.
set -u
for name in ${PYTHON:-} .venv/bin/python python3.13 python3.12 python3.11 python3.14 python3 python; do
    found=$(command -v "$name" 2>/dev/null) || continue
    if "$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$found"
        exit 0
    fi
done
echo "Contextualise needs Python 3.11 or newer, and none was found. Install one, or name it: make run PYTHON=/path/to/python3" >&2
exit 1

"""Topics: reading them, lists of them, and every form that changes one."""

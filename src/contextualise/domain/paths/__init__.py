"""Knowledge paths: topics in the order in which somebody wants them read.

A path is a topic of the base type for paths; its steps are navigation associations (roles previous and next) in the scope of that topic.
So one topic may lie on any number of paths, each with a next and a previous of its own. Steps without a scope are paths without a name.
"""

from contextualise.domain.paths.reading import Path, Run, find_path, list_paths, nameless_run
from contextualise.domain.paths.runs import runs_of
from contextualise.domain.paths.saving import MOST_STEPS, save_path, take_apart

__all__ = ["MOST_STEPS", "Path", "Run", "find_path", "list_paths", "nameless_run", "runs_of", "save_path", "take_apart"]

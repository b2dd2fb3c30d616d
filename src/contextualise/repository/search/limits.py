"""How long a statement of a search may take and how much of an index it may read; set before it, and as before afterwards."""

from contextualise.repository.reading.raw import Statement

# Of a word that stands in more places than anybody reads, an index gives some of them, not all. To compile a
# statement takes longer than to run it. Of hundreds of words that mostly stand nowhere the planner expects so many rows that it would
# rather read a table through: `scans` forbids it.
LIMITS = Statement(
    "SELECT set_config('statement_timeout', %(milliseconds)s, false), set_config('gin_fuzzy_search_limit', '20000', false),"
    " set_config('pg_trgm.word_similarity_threshold', '0.35', false), set_config('jit', 'off', false),"
    " set_config('max_parallel_workers_per_gather', '0', false),"
    " set_config('enable_seqscan', %(scans)s, false), set_config('enable_indexscan', %(scans)s, false)"
)
AS_BEFORE = Statement(
    "SELECT set_config('statement_timeout', NULL, false), set_config('gin_fuzzy_search_limit', NULL, false),"
    " set_config('pg_trgm.word_similarity_threshold', NULL, false), set_config('jit', NULL, false),"
    " set_config('max_parallel_workers_per_gather', NULL, false),"
    " set_config('enable_seqscan', NULL, false), set_config('enable_indexscan', NULL, false)"
)

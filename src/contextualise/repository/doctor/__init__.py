"""Statements that look for what no foreign key forbids, and that write projections anew."""

from contextualise.repository.doctor.invariants import INVARIANTS, LEFT_OVER, Violations, violations_of

__all__ = ["INVARIANTS", "LEFT_OVER", "Violations", "violations_of"]

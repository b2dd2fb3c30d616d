"""Values of occurrences: what a person typed, checked against a datatype, kept in one spelling, shown in words."""

from contextualise.lib.values.checked import Checked, ValueRefused
from contextualise.lib.values.checking import check
from contextualise.lib.values.datatypes import DATATYPES, Datatype, datatype_of, label_of
from contextualise.lib.values.displaying import display

__all__ = ("DATATYPES", "Checked", "Datatype", "ValueRefused", "check", "datatype_of", "display", "label_of")

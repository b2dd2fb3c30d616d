"""Published subject identifiers and datatypes that the formats give a meaning to."""

_MODEL = "http://psi.topicmaps.org/iso13250/model/"
_XTM1 = "http://www.topicmaps.org/xtm/1.0/core.xtm#"
_XSD = "http://www.w3.org/2001/XMLSchema#"

# ISO 13250-2, clause 7
TYPE_INSTANCE = _MODEL + "type-instance"
TYPE = _MODEL + "type"
INSTANCE = _MODEL + "instance"
SUPERTYPE_SUBTYPE = _MODEL + "supertype-subtype"
SUPERTYPE = _MODEL + "supertype"
SUBTYPE = _MODEL + "subtype"
TOPIC_NAME = _MODEL + "topic-name"
SORT = _MODEL + "sort"

STRING = _XSD + "string"
ANY_URI = _XSD + "anyURI"
ANY_TYPE = _XSD + "anyType"
INTEGER = _XSD + "integer"
DECIMAL = _XSD + "decimal"

# XTM 1.0, annex E: what a statement is an instance of when it names no type.
XTM1_ASSOCIATION = _XTM1 + "association"
XTM1_OCCURRENCE = _XTM1 + "occurrence"
# XTM 1.0 publishes no subject for a role without a type; this one is in use by other processors.
XTM1_ROLE = "http://psi.semagia.com/xtm/1.0/role"

# The subjects that ISO 13250-2 took over from XTM 1.0 under a new identifier.
SUCCESSORS = {
    _XTM1 + "class-instance": TYPE_INSTANCE,
    _XTM1 + "class": TYPE,
    _XTM1 + "instance": INSTANCE,
    _XTM1 + "superclass-subclass": SUPERTYPE_SUBTYPE,
    _XTM1 + "superclass": SUPERTYPE,
    _XTM1 + "subclass": SUBTYPE,
    _XTM1 + "sort": SORT,
}

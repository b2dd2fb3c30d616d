"""The datatypes that forms offer, in the words of people, and those that files bring along."""

from dataclasses import dataclass

XSD = "http://www.w3.org/2001/XMLSchema#"

STRING = XSD + "string"
INTEGER = XSD + "integer"
DECIMAL = XSD + "decimal"
BOOLEAN = XSD + "boolean"
DATE = XSD + "date"
DATE_TIME = XSD + "dateTime"
ANY_URI = XSD + "anyURI"
# The Library of Congress publishes this one for RDF.
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
# No datatype is published for geo: addresses, so the document that defines them stands for it.
GEO = "https://www.rfc-editor.org/rfc/rfc5870"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"

INTEGERS = frozenset(
    XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
FLOATS = frozenset({XSD + "double", XSD + "float"})
YEARS = frozenset({XSD + "gYear", XSD + "gYearMonth"})


@dataclass(frozen=True, slots=True)
class Datatype:
    """A choice in a form: its key there, the IRI that is stored, a label, and a hint with an example."""

    key: str
    iri: str
    label: str
    hint: str


DATATYPES = (
    Datatype("string", STRING, "Text", "A word or a line, such as: Teatro Regio"),
    Datatype("integer", INTEGER, "Whole number", "Without a decimal point, such as: 1842"),
    Datatype("decimal", DECIMAL, "Number", "With a decimal point where needed, such as: 3.75"),
    Datatype("boolean", BOOLEAN, "Yes or no", "yes or no"),
    Datatype("date", DATE, "Day", "Year, month and day, such as: 1900-01-14 or 14 January 1900"),
    Datatype("dateTime", DATE_TIME, "Day and time", "Such as: 1900-01-14 20:30, with +01:00 or Z for a time zone"),
    Datatype("edtf", EDTF, "Date or period", "As exact as is known: 1842, c. 44 BCE, June 1800, 1914–1918, since 1990, 1790s"),
    Datatype("geo", GEO, "Place on the map", "Latitude and longitude, such as: 41.9022, 12.4539"),
    Datatype("anyURI", ANY_URI, "Web address", "Such as: https://example.org/page"),
)

_BY_KEY = {datatype.key: datatype for datatype in DATATYPES}
_BY_IRI = {datatype.iri: datatype for datatype in DATATYPES}


def datatype_of(key_or_iri: str) -> Datatype | None:
    """Return the datatype with that key or IRI, None for one that forms do not offer."""
    return _BY_KEY.get(key_or_iri) or _BY_IRI.get(key_or_iri)


def label_of(iri: str) -> str:
    """Return the name of a datatype for people; of an unknown one, the end of its IRI."""
    known = datatype_of(iri)
    return known.label if known else iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]

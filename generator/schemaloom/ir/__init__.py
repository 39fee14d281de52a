"""The intermediate representation: schemas and models as frozen values, in terms of JSON Schema, not of Python."""

"""A drift report in the forms that people and machines read; each module is one form."""

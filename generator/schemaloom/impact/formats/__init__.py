"""The forms that an impact report can take."""

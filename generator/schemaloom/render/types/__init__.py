"""From schema shapes to Python annotations."""

"""From IR to the text of a package: names, types, literals, and Jinja templates."""

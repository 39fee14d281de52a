"""Reading a provider's documents: Markdown files, ``llm.txt`` files, and copied pages.

    lines → flattened → tables, blocks → sections → listing, operations → document → collected

No document is trusted to be well formed.  Every row, column, type or value that cannot be
read is a problem with the file and the line, and nothing is put in its place.
"""

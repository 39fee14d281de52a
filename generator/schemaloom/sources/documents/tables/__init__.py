"""Parameter tables of Markdown documents."""

"""The text of Markdown documents: lines, blocks, sections, front matter."""

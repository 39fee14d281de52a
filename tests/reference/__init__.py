"""Pages of the documentation that follow from the code: commands, drift rules, and the API of a generated package."""

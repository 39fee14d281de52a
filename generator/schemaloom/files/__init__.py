"""Files on disk: bounded reads, atomic replacement of folders, rollback."""

"""Files that a job returns: where they are, and how they are downloaded and saved."""

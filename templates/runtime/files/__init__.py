"""The files of a result: where they are, how they are downloaded and saved."""

"""The content-addressed cache of rendered parts."""

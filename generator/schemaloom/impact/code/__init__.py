"""Reading Python code: scopes, constants, and the calls that send a request."""

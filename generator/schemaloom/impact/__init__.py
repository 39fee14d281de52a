"""Find the calls in a user's own code that a drift breaks, judged by the payload that each call sends."""

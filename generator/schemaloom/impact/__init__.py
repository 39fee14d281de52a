"""Which calls in a user's own code a drift breaks, judged by the payload that each call sends."""

"""Payloads that prove a change: valid under the old schema, refused by the new one."""

"""Paid jobs: submission, polling, results, recovery, and webhooks."""

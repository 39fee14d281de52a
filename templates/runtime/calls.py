"""Everything that a client's calls use, imported as one.

Importing the package must import nothing slow, so its clients import these names where they use them:
a blocking client in its first call, an asynchronous one when it is made.
"""

from codecs import lookup

from .core.checks import check_count
from .core.context import open_context
from .files.download import Downloader
from .files.upload import upload
from .http.api_call import call_route
from .http.async_transport import AsyncTransport
from .http.concurrent_runner import ConcurrentRunner
from .jobs.account_jobs import AsyncJobs, Jobs
from .jobs.batch import Batch
from .jobs.handles import AsyncJob, Job
from .jobs.pricing import estimate
from .jobs.run import run, stream_text
from .jobs.submit import SubmissionKey, submit_alone
from .models.raw_request import raw_request

__all__ = [
    "AsyncJob",
    "AsyncJobs",
    "AsyncTransport",
    "Batch",
    "ConcurrentRunner",
    "Downloader",
    "Job",
    "Jobs",
    "SubmissionKey",
    "call_route",
    "check_count",
    "estimate",
    "open_context",
    "raw_request",
    "run",
    "stream_text",
    "submit_alone",
    "upload",
]

lookup("idna")  # imported by the first host name that is resolved

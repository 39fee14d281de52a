"""Two typed jobs through the generated Pixazo package: one is polled, one calls back."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from pixazo_sdk import Pixazo
from pixazo_sdk.models.boogu_image import BooguImage
from pixazo_sdk.models.boogu_image_edit import BooguImageEdit

FOLDER = Path(sys.argv[1])


class Callback(BaseHTTPRequestHandler):
    """Takes one callback in."""

    def do_POST(self) -> None:
        """Answer; what came is of no interest here, since the job is asked for its result."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the line below does."""


with Pixazo() as client, HTTPServer(("127.0.0.1", 0), Callback) as listener:
    listener.timeout = 30
    result = client.run(BooguImage(prompt="A lighthouse at dusk", image_size="landscape_16_9"), timeout=60)
    print("text to image, by polling:", result.output.images[0].save(FOLDER / "lighthouse.png"))

    edit = BooguImageEdit(prompt="make it night", image_url="https://example.com/lighthouse.png")
    job = client.submit(edit, webhook_url=f"http://127.0.0.1:{listener.server_port}/")
    print("edit:", job.id, "will call back")
    listener.handle_request()
    print("image edit, by webhook:", job.result(timeout=60).output.images[0].save(FOLDER / "night.png"))

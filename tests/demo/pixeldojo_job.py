"""One typed job through the generated PixelDojo package: submit, watch, save the picture."""

import sys

from pixeldojo_sdk import PixelDojo, catalogue
from pixeldojo_sdk.models.boogu_image_edit import BooguImageEdit

print("price in the catalogue:", catalogue["boogu-image-edit"].price)
request = BooguImageEdit(prompt="make it snow", image="https://example.com/a.png", guidance_scale=4)
with PixelDojo() as client:
    job = client.submit(request)
    for update in job.updates():
        print("job", job.id, "is", update.status)
    result = job.result(timeout=60)
    path = result.output.images[0].save(sys.argv[1])
print(f"saved {path}; cost {result.cost}, {result.credits_remaining} credits remaining")

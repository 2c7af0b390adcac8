"""Publishes documents over HTTP, with nothing installed, and waits where Eddy asks to."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

EDDY = os.environ.get("EDDY_URL", "http://127.0.0.1:7400")
PATIENCE = 60  # tries


def ask(method, path, body=None, content_type="application/x-ndjson"):
    headers = {"content-type": content_type}
    if key := os.environ.get("EDDY_API_KEY"):
        headers["authorization"] = f"Bearer {key}"
    request = urllib.request.Request(EDDY + path, body, headers, method=method)
    for _ in range(PATIENCE):
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code == 422:  # none of the documents was accepted: the answer says why
                return json.load(error)["error"]
            if error.code not in (429, 503):
                raise SystemExit(f"{error.code}: {error.read().decode()}") from error
            wait = float(error.headers.get("retry-after", 1))
        except urllib.error.URLError:  # Eddy is away
            wait = 1
        print(f"waiting {wait:.0f} s")
        time.sleep(wait)
    raise SystemExit(f"Eddy at {EDDY} takes nothing")


def publish(documents):
    """Sends dicts with a "text". With ids of your own they may be sent again: nothing is doubled."""
    body = "\n".join(json.dumps(document) for document in documents)
    return ask("POST", "/v1/documents", body.encode())


def delete(document_id):
    return ask("DELETE", f"/v1/documents/{urllib.parse.quote(document_id, safe='')}")


if __name__ == "__main__":
    answer = publish(
        [
            {"id": "py-1", "text": "Shares fell as oil prices rose.", "source": "python"},
            {"id": "py-2", "text": "The goalkeeper saved two penalties.", "label": "sport"},
            {"id": "py-3", "text": "Rates are held.", "published_at": "last Tuesday"},
        ]
    )
    print("accepted:", answer["ids"])
    for refused in answer["rejected"]:
        print("rejected:", refused["id"], refused["code"], refused["message"])
    print("deleted:", delete("py-2")["id"])

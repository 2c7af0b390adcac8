import json, os, urllib.request

eddy = os.environ.get("EDDY_URL", "http://127.0.0.1:7400")
documents = [
    {"id": "py-1", "text": "Shares fell as oil prices rose.", "source": "python"},
    {"id": "py-2", "text": "The goalkeeper saved two penalties.", "source": "python"},
]
request = urllib.request.Request(
    f"{eddy}/v1/documents",
    data="\n".join(json.dumps(document) for document in documents).encode(),
    headers={"content-type": "application/x-ndjson"},
)
with urllib.request.urlopen(request) as response:  # 429 comes with Retry-After: come again then
    print(json.load(response))

# Fetches URL to PART and goes on at the end of PART where the server can; the headers of the answer go to HEADERS.
import os, sys, urllib.request
url, part, headers = sys.argv[1:4]
had = os.path.getsize(part) if os.path.exists(part) else 0
request = urllib.request.Request(url, headers={"Range": "bytes=%d-" % had} if had else {})
with urllib.request.urlopen(request, timeout=60) as answer:
    length = answer.headers.get("Content-Length")
    if answer.status != 206: had = 0
    with open(headers, "w") as f:
        if length: f.write("Content-Length: %s\n" % length)
    with open(part, "ab" if had else "wb") as f:
        while True:
            block = answer.read(1 << 16)
            if not block: break
            f.write(block)
if length and os.path.getsize(part) != had + int(length): sys.exit("the connection ended early")

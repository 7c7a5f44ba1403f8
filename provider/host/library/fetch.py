# Fetches the URL that comes by stdin: PART HEADERS. Goes on at the end of PART when the server can.
import os, sys, urllib.request
url, (part, headers) = sys.stdin.read().strip(), sys.argv[1:3]
had = os.path.getsize(part) if os.path.exists(part) else 0
request = urllib.request.Request(url, headers={"Range": "bytes=%d-" % had} if had else {})
try:
    answer = urllib.request.urlopen(request, timeout=60)
except OSError as error:
    sys.exit(str(error))
with answer:
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

# Prints what the URL that comes by stdin holds: SECURE ("yes": nothing on the way goes without https).
import sys, urllib.request
class OnlyHttps(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, answer, code, message, headers, url):
        if not url.startswith("https://"): raise OSError("it leads to something that is not https")
        return super().redirect_request(request, answer, code, message, headers, url)
opener = urllib.request.build_opener(OnlyHttps) if sys.argv[1] == "yes" else urllib.request.build_opener()
try:
    with opener.open(sys.stdin.read().strip(), timeout=60) as answer:
        while True:
            block = answer.read(1 << 16)
            if not block: break
            sys.stdout.buffer.write(block)
except OSError as error:
    sys.exit(str(error))

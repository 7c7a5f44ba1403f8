# The small HTTP server that hands an installation tree and an answer file to installing guests. Runs on the host.
#
# Python, because every Xen host has it (pygrub is written in it); 2.6 and 3, because CentOS 6 has no other and Debian has only 3.
# Not `-m http.server`: that one lists folders, so every neighbour on the bridge could look for other guests' answer files, and it
# cannot take a port as root and then go on as nobody.
"""pulumi-xen media server: ADDRESS PORT FOLDER; serves FOLDER/www, read-only, without folder listings.

www/GUEST/tree is a link to an ISO; what is asked for below it is read out of that (iso9660.py, which lies beside this file).
"""
import os, re, sys, threading, time
try:
    from http.server import HTTPServer, SimpleHTTPRequestHandler
    from socketserver import TCPServer, ThreadingMixIn
    from urllib.parse import unquote_to_bytes as unquoted
except ImportError:
    from BaseHTTPServer import HTTPServer
    from SimpleHTTPServer import SimpleHTTPRequestHandler
    from SocketServer import TCPServer, ThreadingMixIn
    from urllib import unquote as unquoted
sys.dont_write_bytecode = True  # what lies in our folder is what was put there
from iso9660 import Iso, IsoError, Pieces, become_nobody
os.closerange(3, 256)  # a lock inherited from the job that started us would be held for ever
address, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]

class Handler(SimpleHTTPRequestHandler):
    server_version, sys_version = "pulumi-xen", ""
    timeout = 120
    def list_directory(self, path):
        self.send_error(404)
    def send_head(self):
        try: found = self.found()
        except (EnvironmentError, IsoError, IndexError, MemoryError, TypeError, ValueError):  # a broken image, a name with a NUL
            self.log_error("%s", sys.exc_info()[1])
            return self.send_error(404)
        return SimpleHTTPRequestHandler.send_head(self) if found is None else self.begin(*found)
    def found(self):
        """What was asked for, opened, and the file that it is in or of; None: not a file."""
        parts = [part for part in unquoted(re.split("[?#]", self.path)[0]).split(b"/") if part not in (b"", b".")]
        if len(parts) > 1 and parts[1] == b"tree" and b".." not in parts:
            image = open(os.path.join(parts[0], b"tree"), "rb")
            try: return Iso(image).open(b"/".join(parts[2:])), image
            except Exception:
                image.close()
                raise
        path = self.translate_path(self.path)
        if not os.path.isfile(path): return None
        body = open(path, "rb")
        return Pieces(body, [(0, os.fstat(body.fileno()).st_size)]), body
    def begin(self, body, source):
        """The headers; what is to be sent is then the whole or, as an installer asks for it, a part."""
        size, changed = body.length, self.date_time_string(os.fstat(source.fileno()).st_mtime)
        asked = re.match(r"bytes=(\d*)-(\d*)\s*$", self.headers.get("Range") or "")
        if asked and any(asked.groups()) and self.headers.get("If-Range", changed) == changed:
            first, last = asked.groups()
            start = int(first) if first else max(0, size - int(last))
            end = min(int(last), size - 1) if first and last else size - 1
            if start > end:
                body.close()
                self.send_response(416)
                self.send_header("Content-Range", "bytes */%d" % size)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
            body.narrow(start, end - start + 1)
            self.send_response(206)
            self.send_header("Content-Range", "bytes %d-%d/%d" % (start, end, size))
        else: self.send_response(200)
        self.send_header("Content-Type", self.guess_type(re.split("[?#]", self.path)[0]))
        self.send_header("Content-Length", str(body.length))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Last-Modified", changed)
        self.end_headers()
        return body
    def copyfile(self, source, outputfile):
        try: SimpleHTTPRequestHandler.copyfile(self, source, outputfile)
        except EnvironmentError: self.log_error("%s", sys.exc_info()[1])  # who asked has enough
    def log_message(self, form, *values):  # not address_string(), which asks for a name in Python 2
        sys.stderr.write("%s %s %s\n" % (time.strftime("%H:%M:%S"), self.client_address[0], form % values))
        sys.stderr.flush()

class Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    def server_bind(self):  # the inherited one looks up our own name, which may take long
        TCPServer.server_bind(self)
        self.server_name, self.server_port = address, port

def someone_waits():
    guests = os.path.join(folder, "guests")
    for guest in os.listdir(guests):
        try:
            with open(os.path.join(guests, guest, "until")) as f:
                if float(f.read()) > time.time(): return True
        except (EnvironmentError, ValueError):
            pass
    return False

def watch():  # nobody stopped us: the job that would have is gone. Two looks, so that a change of guests is no end.
    idle = 0
    while idle < 2:
        time.sleep(30)
        try: idle = 0 if someone_waits() else idle + 1
        except EnvironmentError: idle += 1
    os._exit(0)

server = Server((address, port), Handler)
with open(os.path.join(folder, "pid.new"), "w") as f: f.write("%d\n" % os.getpid())
os.rename(os.path.join(folder, "pid.new"), os.path.join(folder, "pid"))  # from here on connections are accepted
os.chdir(os.path.join(folder, "www"))  # what the handler serves
become_nobody()
watcher = threading.Thread(target=watch)
watcher.daemon = True
watcher.start()
server.serve_forever()

# The small HTTP server that hands an installation tree and an answer file to installing guests. Runs on the host.
#
# Python, because every Xen host has it (pygrub is written in it); 2.6 and 3, because CentOS 6 has no other and Debian has only 3.
# Not `-m http.server`: that one lists folders, so every neighbour on the bridge could look for other guests' answer files, and it
# cannot take a port as root and then go on as nobody.
"""pulumi-xen media server: ADDRESS PORT FOLDER; serves FOLDER/www, read-only, without folder listings."""
import os, pwd, sys, threading, time
try:
    from http.server import HTTPServer, SimpleHTTPRequestHandler
    from socketserver import TCPServer, ThreadingMixIn
except ImportError:
    from BaseHTTPServer import HTTPServer
    from SimpleHTTPServer import SimpleHTTPRequestHandler
    from SocketServer import TCPServer, ThreadingMixIn
os.closerange(3, 256)  # a lock inherited from the job that started us would be held for ever
address, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]

class Handler(SimpleHTTPRequestHandler):
    server_version, sys_version = "pulumi-xen", ""
    timeout = 120
    def list_directory(self, path):
        self.send_error(404)
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
if os.getuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
watcher = threading.Thread(target=watch)
watcher.daemon = True
watcher.start()
server.serve_forever()

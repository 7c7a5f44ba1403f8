# The small HTTP server that hands an installation tree and an answer file to installing guests. Runs on the host.
#
# python3, because every Debian Xen host has it (xen-utils needs it, pygrub is written in it). Not `-m http.server`:
# that one lists folders, so every neighbour on the bridge could look for other guests' answer files, and it cannot
# take a port as root and then go on as nobody. Needs Python 3.7 (ThreadingHTTPServer, `directory=`).
"""pulumi-xen media server: ADDRESS PORT FOLDER; serves FOLDER/www, read-only, without folder listings."""
import functools, http.server, os, pwd, sys, threading, time
os.closerange(3, 256)  # a lock inherited from the job that started us would be held for ever
address, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]

class Handler(http.server.SimpleHTTPRequestHandler):
    server_version, sys_version = "pulumi-xen", ""
    timeout = 120
    def list_directory(self, path):
        self.send_error(404)
    def log_message(self, form, *values):
        sys.stderr.write("%s %s %s\n" % (time.strftime("%H:%M:%S"), self.address_string(), form % values))
        sys.stderr.flush()

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    def server_bind(self):  # the inherited one looks up our own name, which may take long
        http.server.socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = address, port

def someone_waits():
    guests = os.path.join(folder, "guests")
    for guest in os.listdir(guests):
        try:
            with open(os.path.join(guests, guest, "until")) as f:
                if float(f.read()) > time.time(): return True
        except (OSError, ValueError):
            pass
    return False

def watch():  # nobody stopped us: the job that would have is gone. Two looks, so that a change of guests is no end.
    idle = 0
    while idle < 2:
        time.sleep(30)
        try: idle = 0 if someone_waits() else idle + 1
        except OSError: idle += 1
    os._exit(0)

server = Server((address, port), functools.partial(Handler, directory=os.path.join(folder, "www")))
with open(os.path.join(folder, "pid.new"), "w") as f: f.write("%d\n" % os.getpid())
os.rename(os.path.join(folder, "pid.new"), os.path.join(folder, "pid"))  # from here on connections are accepted
if os.getuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
threading.Thread(target=watch, daemon=True).start()
server.serve_forever()

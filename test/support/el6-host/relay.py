#!/usr/bin/env python3
"""relay.py PID FOLDER: the way to the host and what is on its network. Listens on this machine's loopback, prints the port, and passes
each connection on to 192.168.1.201 port 22 out of the network namespace of process PID, where it also serves FOLDER over HTTP, at port 80."""
import ctypes, functools, http.server, os, socket, sys, threading

def passing(source, target):
    try:
        while True:
            data = source.recv(65536)
            if not data: break
            target.sendall(data)
    except OSError: pass
    for end in (source, target):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass

def relayed(client):
    try: host = socket.create_connection(("192.168.1.201", 22), timeout=20)
    except OSError: return client.close()
    host.settimeout(None)
    threading.Thread(target=passing, args=(client, host), daemon=True).start()
    passing(host, client)
    client.close(); host.close()

class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words): pass

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(64)
entered = os.open("/proc/%s/ns/net" % sys.argv[1], os.O_RDONLY)
if ctypes.CDLL(None, use_errno=True).setns(entered, 0x40000000) != 0: sys.exit("setns: error %d" % ctypes.get_errno())
web = http.server.ThreadingHTTPServer(("0.0.0.0", 80), functools.partial(Files, directory=sys.argv[2]))
threading.Thread(target=web.serve_forever, daemon=True).start()
print(listener.getsockname()[1], flush=True)
while True:
    client, _ = listener.accept()
    threading.Thread(target=relayed, args=(client,), daemon=True).start()

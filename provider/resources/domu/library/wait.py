# Waits until a guest answers, asked from its own host: FOLDER GUEST, and what is wanted as JSON by standard
# input, since it may hold a secret.
#
# Runs on Python 2.6 and later: a Python is there wherever pygrub is. A guest's address is learnt from the host's neighbour
# table: a datagram to each address of a small network makes the host ask for them.
import json, os, socket, struct, subprocess, sys, time
try: from urllib.request import urlopen
except ImportError: from urllib2 import urlopen
wanted, folder, guest = json.loads(sys.stdin.read()), sys.argv[1], sys.argv[2]
end = time.time() + wanted["seconds"]
last = "nothing was heard of it"

def number(ip): return struct.unpack("!I", socket.inet_aton(ip))[0]
def text(ip): return socket.inet_ntoa(struct.pack("!I", ip))

def address():
    if wanted.get("ip"): return wanted["ip"]
    if not wanted.get("cidr"): return None
    base, _, bits = wanted["cidr"].partition("/")
    size = 1 << (32 - int(bits or 32))
    first = number(base) // size * size
    if size <= 1024:
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for host in range(first + 1, first + size - 1) if size > 2 else range(first, first + size):
            try: s.sendto(b"", (text(host), 9))
            except (socket.error, OSError): pass
        s.close()
        time.sleep(1)
    out = subprocess.Popen(["ip", "neigh", "show"], stdout=subprocess.PIPE, universal_newlines=True).communicate()[0]
    for words in (line.split() for line in out.splitlines()):
        if "lladdr" in words and words[words.index("lladdr") + 1] in wanted["macs"] and ":" not in words[0] and first <= number(words[0]) < first + size:
            return words[0]
    raise ValueError("none of its interfaces has an address in " + wanted["cidr"])

def tcp(host, port):
    socket.create_connection((host, port), timeout=3).close()

def http(host, port, path, contains):
    answer = urlopen("http://%s:%d%s" % ("[%s]" % host if ":" in host else host, port, path), timeout=5)
    try: body = answer.read(1 << 20).decode("utf-8", "replace")
    finally: answer.close()
    # A guest that is still booting may answer with nothing.
    if contains not in body or not body.strip(): raise ValueError("its answer does not hold the text: " + body[:80].strip())

def console(wanted_text):
    with open(os.path.join(folder, "console.log"), "rb") as f:
        if wanted_text.encode("utf-8") not in f.read(): raise ValueError("its console does not show the text")

while True:
    try:
        host = address()
        if wanted.get("tcp"): tcp(host, wanted["tcp"])
        if wanted.get("http"): http(host, wanted["http"]["port"], wanted["http"]["path"], wanted["http"]["contains"])
        if wanted.get("text"): console(wanted["text"])
        if host:
            with open(os.path.join(folder, "address"), "w") as f: f.write(host + "\n")
        print("%s answers%s" % (guest, " at " + host if host else ""))
        sys.exit(0)
    except (EnvironmentError, ValueError) as e:
        last = str(e)
    if time.time() >= end:
        print("%s (waited %d s)" % (last, wanted["seconds"]))
        sys.exit(1)
    time.sleep(1)

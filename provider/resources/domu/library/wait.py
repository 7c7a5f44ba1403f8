# Waits until a guest answers, asked from its own host: FOLDER GUEST, and what is wanted as JSON by standard
# input, since it may hold a secret.
#
# python3 is there wherever pygrub is. A guest's address is learnt from the host's neighbour table: a datagram to
# each address of a small network makes the host ask for them.
import ipaddress, json, os, socket, subprocess, sys, time, urllib.request
wanted, folder, guest = json.loads(sys.stdin.read()), sys.argv[1], sys.argv[2]
end = time.time() + wanted["seconds"]
last = "nothing was heard of it"

def address():
    if wanted.get("ip"): return wanted["ip"]
    if not wanted.get("cidr"): return None
    net = ipaddress.ip_network(wanted["cidr"], strict=False)
    if net.num_addresses <= 1024:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for host in net.hosts():
                try: s.sendto(b"", (str(host), 9))
                except OSError: pass
        time.sleep(1)
    out = subprocess.run(["ip", "neigh", "show"], stdout=subprocess.PIPE, universal_newlines=True).stdout
    for words in (line.split() for line in out.splitlines()):
        if "lladdr" in words and words[words.index("lladdr") + 1] in wanted["macs"] and ipaddress.ip_address(words[0]) in net:
            return words[0]
    raise OSError("none of its interfaces has an address in " + wanted["cidr"])

def tcp(host, port):
    socket.create_connection((host, port), timeout=3).close()

def http(host, port, path, contains):
    with urllib.request.urlopen("http://%s:%d%s" % ("[%s]" % host if ":" in host else host, port, path), timeout=5) as answer:
        body = answer.read(1 << 20).decode("utf-8", "replace")
    # A guest that is still booting may answer with nothing.
    if contains not in body or not body.strip(): raise OSError("its answer does not hold the text: " + body[:80].strip())

def console(text):
    with open(os.path.join(folder, "console.log"), "rb") as f:
        if text.encode() not in f.read(): raise OSError("its console does not show the text")

while True:
    try:
        host = address()
        if wanted.get("tcp"): tcp(host, wanted["tcp"])
        if wanted.get("http"): http(host, **wanted["http"])
        if wanted.get("text"): console(wanted["text"])
        if host:
            with open(os.path.join(folder, "address"), "w") as f: f.write(host + "\n")
        print("%s answers%s" % (guest, " at " + host if host else ""))
        sys.exit(0)
    except (OSError, ValueError) as e:
        last = str(e)
    if time.time() >= end:
        print("%s (waited %d s)" % (last, wanted["seconds"]))
        sys.exit(1)
    time.sleep(1)

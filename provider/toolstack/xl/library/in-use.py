# Who else has what a guest is about to take: its name, uuid, MAC addresses, disks; and which of its disks is another thing than
# declared. A sentence for each, nothing where all is free. Reads JSON from standard input:
#   {"uuid": …, "name": …, "owner": …, "file": "/etc/xen/NAME.cfg", "macs": […], "disks": [{"path": …, "mode": "w", "raw": true}],
#    "root": "/var/lib/pulumi-xen", "known": whether saved state knows the guest: then all that bears its uuid is its own}
# and as its argument the guest's own folder: where it is claimed, its domain and its files are its own.
#
# Asked before anything is touched, and again in the step, under the lock of all claims: what is asked here is what counts.
# xl itself protects nothing: two guests with one uuid or one image file are created without a word (seen on 4.17).
#
# It reads all domains (`xl list -v` lists them all, `xl list -l` and xenstore their disks and interfaces) and all stored
# configurations, whoever wrote them. Disks are compared by device and inode, or major and minor: /dev/vg0/a and
# /dev/mapper/vg0-a, `//` and symbolic links are one disk. Runs on Python 2.6 and later.
import json, os, re, stat, subprocess, sys

wanted = json.loads(sys.stdin.read())
own_folder = sys.argv[1]
asker = wanted.get("owner", "")
owned = os.path.isfile(os.path.join(own_folder, "claim")) or os.path.isfile(os.path.join(own_folder, "owner"))
own_files, own_names = set(), set()
said = []

def lines_of(path):
    try:
        with open(path) as f: return f.read().splitlines()
    except (IOError, OSError): return []

# Under each name that the claim tells: a rename that was cut short has two.
if owned:
    names = [line[3:] for line in lines_of(os.path.join(own_folder, "claim")) if line.startswith("of=")]
    names += lines_of(os.path.join(own_folder, "renaming"))
    if not names: names = [os.path.basename(own_folder)]
    own_names = set(names)
    own_files = set(os.path.realpath("/etc/xen/%s.cfg" % name) for name in names)

def say(sentence):
    if sentence not in said: said.append(sentence)

def identity(path):
    # What a path leads to, whatever it is called; its cleaned-up text where nothing is there (yet).
    try:
        found = os.stat(path)
        if stat.S_ISBLK(found.st_mode): return ("device", found.st_rdev)
        return ("file", found.st_dev, found.st_ino)
    except OSError:
        return ("text", os.path.realpath(path))

wanted_disks = [(disk, identity(disk["path"])) for disk in wanted["disks"]]
wanted_macs = set(mac.lower() for mac in wanted["macs"])

def disk_used(path, writes, who):
    found = identity(path)
    for disk, own in wanted_disks:
        if own == found and (writes or disk["mode"] == "w"):
            named = "" if path == disk["path"] else " (as %s)" % path
            say("%s is a disk of %s%s; two writers would destroy it. Use another disk, or take it from that guest first." % (disk["path"], who, named))

# The first bytes of a file that is handed over as it is tell whether it is an image of another format. Of a guest that exists
# they tell nothing: it may have written them itself.
for disk, _ in wanted_disks:
    if disk.get("raw") and not wanted.get("known") and os.path.isfile(disk["path"]):
        try:
            with open(disk["path"], "rb") as f: head = f.read(4)
        except (IOError, OSError): head = b""
        if head == b"QFI\xfb":
            say("%s is a qcow2 image, but the disk is declared raw: the guest would see the image's tables in place of its disk. Set its format to \"qcow2\" (and boot to \"pvgrub2\"), or convert it on the host: qemu-img convert -O raw." % disk["path"])

def mac_used(mac, who):
    if mac.lower() in wanted_macs:
        say("The MAC address %s belongs to %s. Set another mac." % (mac.lower(), who))

def run(*words):
    try:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError:
        return None
    out = process.communicate()[0]
    return out.decode("utf-8", "replace") if process.returncode == 0 else None

# ---- domains
table = run("xl", "list", "-v")
if table is None:
    sys.exit("xl does not answer on this host")
others = {}
for line in table.splitlines()[1:]:
    row = re.match(r"(.*?)\s+(\d+)\s+\d+\s+\d+\s+([-a-zS]{6})\s+[\d.]+\s+([0-9a-f-]{36})(\s|$)", line)
    if not row: continue
    name, domid, state, uuid = row.group(1), int(row.group(2)), row.group(3), row.group(4)
    if domid == 0 or (uuid == wanted["uuid"] and (owned or wanted["known"])): continue
    if "d" in state: continue
    others[domid] = "the running domain %s (id %d)" % (name, domid)
    if uuid == wanted["uuid"]:
        say("The uuid %s belongs to %s, which no stack has claimed. Set another uuid; xl would accept two with the same one." % (uuid, others[domid]))
    elif name == wanted["name"]:
        say("A domain called %s runs on this host already (id %d), and it is not this guest. Choose another name." % (name, domid))

# It leaves out a domain whose record it cannot read; what that one has, xenstore tells.
details = run("xl", "list", "-l")
try:
    details = json.loads(details)
except (TypeError, ValueError):
    sys.exit("xl list -l does not answer on this host")
backends = run("xenstore-ls", "-f", "/local/domain/0/backend")
for domid in set(others) - set(domain.get("domid") for domain in details):
    if backends is None: sys.exit("neither xl nor xenstore tells which disks %s has" % others[domid])
for domain in details:
    who = others.get(domain.get("domid"))
    if who is None: continue
    config = domain.get("config", {})
    for disk in config.get("disks", []):
        if disk.get("pdev_path"): disk_used(disk["pdev_path"], disk.get("readwrite") == 1, who)
    for nic in config.get("nics", []):
        if nic.get("mac"): mac_used(nic["mac"], who)

# What is plugged in now, also of a domain whose record xl cannot read.
modes, params = {}, {}
for line in (backends or "").splitlines():
    row = re.match(r'/local/domain/0/backend/(vbd|qdisk|vif)/(\d+)/(\d+)/(params|mode|mac)\s*=\s*"(.*)"', line)
    if not row or int(row.group(2)) not in others: continue
    who, device = others[int(row.group(2))], row.group(1, 2, 3)
    if row.group(4) == "mac": mac_used(row.group(5), who)
    elif row.group(4) == "mode": modes[device] = row.group(5)
    else: params[device] = (re.sub(r"^(aio|qcow2?|raw|vhd|qed|tapdisk):", "", row.group(5)), who)
for device, (path, who) in params.items():
    if path.startswith("/"): disk_used(path, not modes.get(device, "w").startswith("r"), who)

# ---- stored configurations: any text in /etc/xen that names a disk, an interface or a guest
def configurations():
    for folder in ("/etc/xen", "/etc/xen/auto"):
        try: names = sorted(os.listdir(folder))
        except OSError: continue
        for name in names:
            path = os.path.join(folder, name)
            real = os.path.realpath(path)
            if name in ("xl.conf", "cpupool") or name.startswith((".", "README", "xlexample", "xmexample")) or name.endswith((".sxp", ".pulumi-xen-new")): continue
            if real in own_files or not os.path.isfile(real) or os.path.getsize(real) > 65536: continue
            yield path, real

seen = set()
for path, real in configurations():
    if real in seen: continue
    seen.add(real)
    try:
        with open(real, "rb") as f: text = f.read().decode("utf-8", "replace")
    except (IOError, OSError): continue
    text = re.sub(r"(?m)^\s*#.*$", "", text)
    if not re.search(r"(?m)^\s*(disk|vif|name|uuid|kernel|bootloader|builder|type)\s*\+?=", text): continue
    who = "the guest configured in %s" % path
    uuid = re.search(r"(?m)^\s*uuid\s*=\s*[\"']([^\"']*)", text)
    if uuid and uuid.group(1).lower() == wanted["uuid"] and wanted["known"] and not owned: continue
    name = re.search(r"(?m)^\s*name\s*=\s*[\"']([^\"']*)", text)
    # Somebody's copy of the guest's own file.
    if owned and uuid and uuid.group(1).lower() == wanted["uuid"] and name and name.group(1) in own_names: continue
    if uuid and uuid.group(1).lower() == wanted["uuid"]:
        say("The uuid %s stands in %s, which no stack has claimed. Set another uuid, or move that file away." % (wanted["uuid"], path))
    if real == os.path.realpath(wanted["file"]):
        say("%s exists already and is not this guest's. Choose another name, or move that file away." % wanted["file"])
    elif name and name.group(1) == wanted["name"]:
        say("A guest called %s is configured in %s. Choose another name, or move that file away." % (wanted["name"], path))
    for mac in re.findall(r"(?i)\bmac\s*=\s*((?:[0-9a-f]{2}:){5}[0-9a-f]{2})", text): mac_used(mac, who)
    for block in re.findall(r"(?ms)^\s*disk\s*\+?=\s*(.*?\])", text):
        for spec in re.findall(r"\"([^\"]*)\"|'([^']*)'", block):
            spec = spec[0] or spec[1]
            reads = re.search(r"(^|,)\s*(access\s*=\s*)?(r|ro)\s*(,|$)|:cdrom|devtype\s*=\s*cdrom|(^|,)\s*cdrom\s*(,|$)", spec)
            for target in re.findall(r"(?:^|[\s,:=])(/[^,\s]*)", spec): disk_used(target, not reads, who)
            # The old form leaves /dev out: phy:vg0/guest.
            for target in re.findall(r"^\s*phy:([^/,\s][^,\s]*)", spec): disk_used("/dev/" + target, not reads, who)

# ---- claims of other guests, whose files may just be written
try: claims = sorted(os.listdir(os.path.join(wanted["root"], "domu")))
except OSError: claims = []
for folder in claims:
    path = os.path.join(wanted["root"], "domu", folder)
    claim = dict(line.split("=", 1) for line in lines_of(os.path.join(path, "claim")) if "=" in line)
    names = [claim.get("of")] + lines_of(os.path.join(path, "renaming"))
    if folder != wanted["uuid"] and "id" in claim and wanted["name"] in names:
        owner = claim.get("owner", "?")
        stack, name = "::".join(owner.split("::")[:2]), "::".join(owner.split("::")[2:])
        # Its uuid was derived from another name or address of the resource, and the state that kept it is lost.
        if owner == asker: remedy = "It is this resource's own, under the uuid %s, which its state no longer knows. Set uuid to that to take it over; else choose another name." % folder
        elif stack == "::".join(asker.split("::")[:2]): remedy = "If this is the same guest under a new resource name, add aliases: [{ name: \"%s\" }] to its options (where no state has it any more, call the resource that again); else choose another name." % name
        else: remedy = "Change it there, or choose another name."
        said.insert(0, "The guest %s on this host is claimed by %s. %s" % (wanted["name"], owner, remedy))

for sentence in said: print(sentence)

# Who else has what a guest is about to take: its name, uuid, MAC addresses, disks; and which of its disks is another thing than
# declared. A sentence for each, nothing where all is free. Reads JSON from standard input:
#   {"uuid": …, "name": …, "owner": …, "file": "/etc/xen/NAME.cfg", "macs": […], "disks": [{"path": …, "mode": "w", "raw": true}],
#    "root": "/var/lib/pulumi-xen", "known": whether saved state knows the guest: then all that bears its uuid is its own}
# and as its argument the guest's own folder: where it is claimed, its domain and its files are its own.
#
# Asked before anything is touched, and again in the step, under the lock of all claims: what is asked here is what counts.
#
# A program in three parts: this one, then the toolstack's own (which sets `others`, the domains of other guests by id, and
# `backends`, what xenstore tells or None), then in-use-stored.py. It reads all domains and all stored configurations,
# whoever wrote them. Disks are compared by device and inode, or major and minor: /dev/vg0/a and
# /dev/mapper/vg0-a, `//` and symbolic links are one disk. LOST_MOUNTS in the environment has a line for each file system that does not
# answer (host/library/lost-mounts.sh): a look at a file there never ends. Runs on Python 2.6 and later.
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

lost = [line.split(" ")[0] for line in os.environ.get("LOST_MOUNTS", "").splitlines() if line]

def is_lost(path): return any(path == point or path.startswith(point + "/") for point in lost)

def identity(path):
    # What a path leads to, whatever it is called; its cleaned-up text where nothing is there (yet), or it cannot be looked at.
    if is_lost(path): return ("text", os.path.normpath(path))
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
    if disk.get("raw") and not wanted.get("known") and not is_lost(disk["path"]) and os.path.isfile(disk["path"]):
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


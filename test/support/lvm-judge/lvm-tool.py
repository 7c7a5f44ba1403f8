#!/usr/bin/python3
"""Stands for vgs, lvs, lvcreate, … on a kernel without device-mapper: the real LVM keeps its groups and volumes on a real disk
(--driverloaded n), and what device-mapper would make of a volume is a loop device over the volume's own extents. A stand-in: it knows
plain volumes in one piece and their classic snapshots, no thin ones, and it says of none that it is open.

Of a snapshot LVM's records are real: LVM itself makes none on such a kernel, so they are written into its text form and restored from there.
What it holds is a copy of its origin, and a merge copies that back at the next activation.

The folder above it holds: root (the judge's), etc/lvm.conf, loops (uuid and loop device of each volume, a line each), held (what each
snapshot holds, by uuid; UUID.back: it is back in the origin); and what a test asks for: overflowed (GROUP/NAME of snapshots, a line each),
merges-slowly (no merge comes to its end), refuses-merges (lvconvert is the real one, which knows that the kernel cannot).
"""
import math, os, re, secrets, subprocess, sys
judge = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0])))
root = os.path.join(judge, "root")
environment = {**os.environ, "LVM_SYSTEM_DIR": os.path.join(judge, "etc"), "LVM_SUPPRESS_FD_WARNINGS": "1",
               "LD_LIBRARY_PATH": ":".join(root + p for p in ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu"))}
binary = next(p for p in (root + "/sbin/lvm", root + "/usr/sbin/lvm") if os.path.exists(p))
at = lambda *names: os.path.join(judge, *names)

def lvm(tool, *words):
    ran = subprocess.run([binary, tool, "--driverloaded", "n", *words], env=environment, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ran.stderr = "".join(l for l in ran.stderr.splitlines(True) if "Activation disabled" not in l)
    return ran

def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout

def must(*words):
    ran = lvm(*words)
    if ran.returncode: sys.exit(ran.stderr)
    return ran.stdout

def rows(tool, fields, *of):
    """What LVM says, hidden volumes too, whose names it puts in brackets."""
    said = must(tool, *(["-a"] if tool == "lvs" else []), "--noheadings", "--nosuffix", "--units", "b", "--separator", "|", "-o", fields, *of)
    return [[w.strip("[]") for w in l.strip().split("|")] for l in said.splitlines()]

def unwanted(path):
    try: os.unlink(path)
    except FileNotFoundError: pass
    try: os.rmdir(os.path.dirname(path))
    except OSError: pass

def devices():
    """A loop device for each volume that can be seen, under the name that it has now."""
    file = at("loops")
    before = {}
    if os.path.exists(file):
        with open(file) as f: before = {w[0]: w[1:] for w in map(str.split, f)}
    start = {name: int(first) for name, first in rows("pvs", "pv_name,pe_start")}
    now = {}
    for uuid, group, name, size, extent, segment, where, attributes in rows("lvs", "lv_uuid,vg_name,lv_name,lv_size,vg_extent_size,seg_size,devices,lv_attr"):
        path = "/dev/%s/%s" % (group, name)
        if attributes[0] == "S": continue
        if attributes[0] == "s":
            held = at("held", uuid)
            now[uuid] = [held, "0", str(os.path.getsize(held)), path]
            continue
        if size != segment: sys.exit("the stand-in knows no volume in several pieces: %s/%s" % (group, name))
        disk, first = re.fullmatch(r"(.*)\((\d+)\)", where).groups()
        now[uuid] = [disk, str(start[disk] + int(first) * int(extent)), size, path]
    for uuid, (loop, *was) in before.items():
        if now.get(uuid) == was: continue
        unwanted(was[3])
        if uuid not in now or now[uuid][:3] != was[:3]: run("losetup", "-d", loop)
    with open(file, "w") as f:
        for uuid, (disk, offset, size, path) in now.items():
            loop, *was = before.get(uuid, [None])
            if was[:3] != [disk, offset, size]:
                loop = run("losetup", "-f", "--show", "-o", offset, "--sizelimit", size, disk).strip()
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if not os.path.islink(path): os.symlink(loop, path)
            f.write(" ".join([uuid, loop, disk, offset, size, path]) + "\n")

def rewrite(group, change):
    """The group's records, as text and back."""
    text = at("etc", "records")
    must("vgcfgbackup", "-f", text, group)
    with open(text) as f: records = f.read()
    with open(text, "w") as f: f.write(change(records))
    must("vgcfgrestore", "--force", "-f", text, group)

def refuse(text):
    sys.stderr.write("  %s\n" % text)
    sys.exit(5)

def make_snapshot(words):
    """lvcreate -s … GROUP/ORIGIN"""
    *options, target = [w for w in words if w != "-s"]
    group, origin = target.split("/")
    [[attributes, size, extent]] = rows("lvs", "lv_attr,lv_size,vg_extent_size", target)
    if attributes[0] == "O": refuse("Snapshots of an origin that has a merging snapshot is not supported")
    extents = int(size) // int(extent)
    options = [str(math.ceil(extents / 5)) if w == "20%ORIGIN" else w for w in options]
    made = lvm("lvcreate", "-an", "-Zn", *options, group)
    if made.returncode: return made
    name = options[options.index("-n") + 1]
    [[uuid]] = rows("lvs", "lv_uuid", "%s/%s" % (group, name))
    others = [each for each in overflowed() if each != "%s/%s" % (group, name)]
    with open(at("overflowed"), "w") as f: f.writelines(each + "\n" for each in others)
    os.makedirs(at("held"), exist_ok=True)
    run("cp", "--sparse=always", "/dev/" + target, at("held", uuid))
    record = ('snapshot_%s { id = "%s" status = ["READ", "WRITE", "VISIBLE"] segment_count = 1 segment1 { start_extent = 0 extent_count = %d '
              'type = "snapshot" chunk_size = 8 origin = "%s" cow_store = "%s" } }\n' %
              (uuid.replace("-", ""), "-".join(secrets.token_hex(3)[:n] for n in (6, 4, 4, 4, 4, 4, 6)),
               extents, origin, name))
    rewrite(group, lambda records: re.sub(r"(logical_volumes \{\n)", lambda m: m[1] + record, records))
    return made

def overflowed():
    if not os.path.exists(at("overflowed")): return []
    with open(at("overflowed")) as f: return f.read().split()

def begin_merge(words):
    """lvconvert --merge GROUP/NAME, of a volume that is not active"""
    group, name = words[-1].split("/")
    if words[-1] in overflowed(): refuse("Unable to merge invalidated snapshot LV %s." % words[-1])
    rewrite(group, lambda records: records.replace('cow_store = "%s"' % name, 'merging_store = "%s"' % name))

def go_on(is_activation):
    """What device-mapper and LVM's own polling would do of merges."""
    for uuid, group, name, attributes, origin in rows("lvs", "lv_uuid,vg_name,lv_name,lv_attr,origin"):
        if attributes[0] != "S": continue
        held = at("held", uuid)
        if is_activation and os.path.exists(held):
            run("dd", "if=" + held, "of=/dev/%s/%s" % (group, origin), "bs=1M", "conv=notrunc", "status=none")
            os.rename(held, held + ".back")
        if os.path.exists(held + ".back") and not os.path.exists(at("merges-slowly")):
            must("lvremove", "-f", "-y", "%s/%s" % (group, name))
            os.unlink(held + ".back")

tool, words = os.path.basename(sys.argv[0]), sys.argv[1:]
if tool == "lvs": go_on(False)
if tool == "lvcreate" and "-s" in words: ran = make_snapshot(words)
elif tool == "lvconvert" and not os.path.exists(at("refuses-merges")): begin_merge(words); sys.exit(0)
else: ran = lvm(tool, *(["-an", "-Zn"] if tool == "lvcreate" else []), *words)
if tool == "lvchange" and "y" in words: go_on(True)
said = ran.stdout
for each in overflowed():
    said = re.sub(r"(?m)^(.*\|%s\|....)X" % each.replace("/", r"\|").replace(".", r"\."), r"\1I", said)
# Every volume is active here.
sys.stdout.write(re.sub(r"(?<=\|)(....)([XI])X(....)(?=\|)", lambda m: m[1] + m[2].replace("X", "a") + "-" + m[3], said))
sys.stderr.write(ran.stderr)
if tool not in ("lvs", "vgs", "pvs"): devices()
sys.exit(ran.returncode)

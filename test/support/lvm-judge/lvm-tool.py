#!/usr/bin/python3
"""Stands for vgs, lvs, lvcreate, … on a kernel without device-mapper: the real LVM keeps its groups and volumes on a real disk
(--driverloaded n), and what device-mapper would make of a volume is a loop device over the volume's own extents. A stand-in: it knows
plain volumes in one piece, no thin ones, no snapshots, and it says of none that it is open.

The folder above it holds: root (the judge's), etc/lvm.conf, loops (uuid and loop device of each volume, a line each).
"""
import os, re, subprocess, sys
judge = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0])))
root = os.path.join(judge, "root")
environment = {**os.environ, "LVM_SYSTEM_DIR": os.path.join(judge, "etc"), "LVM_SUPPRESS_FD_WARNINGS": "1",
               "LD_LIBRARY_PATH": ":".join(root + p for p in ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu"))}
binary = next(p for p in (root + "/sbin/lvm", root + "/usr/sbin/lvm") if os.path.exists(p))

def lvm(tool, *words):
    ran = subprocess.run([binary, tool, "--driverloaded", "n", *words], env=environment, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ran.stderr = "".join(l for l in ran.stderr.splitlines(True) if "Activation disabled" not in l)
    return ran

def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout

def unwanted(path):
    try: os.unlink(path)
    except FileNotFoundError: pass
    try: os.rmdir(os.path.dirname(path))
    except OSError: pass

def devices():
    """A loop device for each volume, under the name that it has now."""
    file = os.path.join(judge, "loops")
    before = {}
    if os.path.exists(file):
        with open(file) as f: before = {w[0]: w[1:] for w in map(str.split, f)}
    report = lvm("lvs", "--noheadings", "--nosuffix", "--units", "b", "--separator", "|",
                 "-o", "lv_uuid,vg_name,lv_name,lv_size,vg_extent_size,seg_size,devices").stdout
    start = {w[0]: int(w[1]) for w in (l.strip().split("|") for l in lvm(
        "pvs", "--noheadings", "--nosuffix", "--units", "b", "--separator", "|", "-o", "pv_name,pe_start").stdout.splitlines())}
    now = {}
    for line in report.splitlines():
        uuid, group, name, size, extent, segment, where = line.strip().split("|")
        if size != segment: sys.exit("the stand-in knows no volume in several pieces: %s/%s" % (group, name))
        disk, first = re.fullmatch(r"(.*)\((\d+)\)", where).groups()
        now[uuid] = [disk, str(start[disk] + int(first) * int(extent)), size, "/dev/%s/%s" % (group, name)]
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

tool, words = os.path.basename(sys.argv[0]), sys.argv[1:]
if tool == "lvcreate": words = ["-an", "-Zn", *words]
ran = lvm(tool, *words)
# Every volume is active here.
sys.stdout.write(re.sub(r"(?<=\|)(....)XX(....)(?=\|)", r"\1a-\2", ran.stdout))
sys.stderr.write(ran.stderr)
if tool not in ("lvs", "vgs", "pvs"): devices()
sys.exit(ran.returncode)

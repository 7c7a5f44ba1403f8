# Tells what a kernel can run as under Xen, by the notes that Xen itself reads: prints "pv pvh", "pv", "pvh" or "none", or "unknown" and
# why. Runs on the host. A note ENTRY is the way into a PV kernel, PHYS32_ENTRY that into a PVH one (xen/include/public/elfnote.h).
#
# A bzImage has the kernel compressed inside: with gzip, bzip2, xz, lzma by Python's own modules, else by the host's tools; where those
# are not there, nobody can tell. Python 2.6 and 3, as everything that a host of ours runs.
"""KERNEL: a file."""
import os, pwd, subprocess, sys, threading, zlib
MOST = 128 << 20  # of a kernel, unpacked or not: a few times the largest one
MOST_HEADERS, MOST_NOTES = 64, 1 << 20
TOOLS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"\x5d\0\0", "lzma"), (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x02\x21\x4c\x18", "lz4"), (b"\x89LZO", "lzop"))

class Unknown(Exception): pass

def number(data, at, size=4):
    if at < 0 or at + size > len(data): raise Unknown("it is cut")
    return sum(bytearray(data[at:at + size])[index] << 8 * index for index in range(size))

def unpacked(payload):
    """The kernel: whatever stands behind it is left out."""
    tool = next((tool for magic, tool in TOOLS if payload.startswith(magic)), None)
    if payload.startswith(b"\x7fELF"): return payload
    if tool is None: raise Unknown("it is compressed in a way that is not known here")
    if tool == "gzip": return zlib.decompressobj(31).decompress(payload, MOST)
    try:
        nowhere = open(os.devnull, "wb")
        run = subprocess.Popen([tool, "-dc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=nowhere)
    except EnvironmentError: raise Unknown("%s is not on the host, and it is compressed with that" % tool)
    def feed():
        try:
            run.stdin.write(payload)
            run.stdin.close()
        except EnvironmentError: pass
    feeder = threading.Thread(target=feed)
    feeder.daemon = True
    feeder.start()
    data = run.stdout.read(MOST + 1)  # the tool complains of the size that follows; what it has read is the kernel
    if len(data) > MOST:
        run.kill()
        raise Unknown("it unpacks to more than any kernel has")
    run.wait()
    return data

def become_nobody():
    """Programs that read what somebody else has packed need no rights here."""
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)

def notes(elf):
    """The types of Xen's notes."""
    if not elf.startswith(b"\x7fELF"): raise Unknown("no kernel is inside")
    wide = bytearray(elf[4:5]) == bytearray(b"\2")
    start, size, count = (number(elf, 32, 8), number(elf, 54, 2), number(elf, 56, 2)) if wide else (number(elf, 28), number(elf, 42, 2), number(elf, 44, 2))
    if count > MOST_HEADERS: raise Unknown("it has more headers than a kernel")
    found, has = set(), False
    for at in range(start, start + size * count, size or 1):
        if number(elf, at) != 4: continue  # PT_NOTE
        has = True
        offset, length = (number(elf, at + 8, 8), number(elf, at + 32, 8)) if wide else (number(elf, at + 4), number(elf, at + 16))
        end = offset + min(length, MOST_NOTES)
        while offset + 12 <= end:
            name, value, kind = number(elf, offset), number(elf, offset + 4), number(elf, offset + 8)
            if elf[offset + 12:offset + 12 + name].rstrip(b"\0") == b"Xen": found.add(kind)
            offset += 12 + (name + 3) // 4 * 4 + (value + 3) // 4 * 4
    # Kernels of Xen's first years say it in a section of their own.
    if not has or (not found and b"__xen_guest" in elf): raise Unknown("it has no notes")
    return found

def types(image):
    if image[514:518] == b"HdrS":
        if number(image, 518, 2) < 0x208: raise Unknown("it is older than the form that says where the kernel is")
        start = ((number(image, 497, 1) or 4) + 1) * 512 + number(image, 584)
        image = unpacked(image[start:start + number(image, 588)])
    elif not image.startswith(b"\x7fELF"): image = unpacked(image)
    found = notes(image)
    return " ".join(name for name, kind in (("pv", 1), ("pvh", 18)) if kind in found) or "none"

try:
    with open(sys.argv[1], "rb") as f:
        become_nobody()
        print(types(f.read(MOST)))
except (Unknown, EnvironmentError, KeyError, MemoryError, zlib.error): print("unknown %s" % sys.exc_info()[1])

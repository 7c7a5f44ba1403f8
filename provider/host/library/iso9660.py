# Reads files out of an ISO image, without a mount and without unpacking it: the kernel and ramdisk that an installation begins
# with, and the tree that is served over HTTP. Runs on the host.
#
# A mount has the host's kernel read a file system that somebody else made, leaves something behind after a kill, and follows
# links into the host; an unpacked tree costs its size again. Here a link is a text that is followed inside the image alone, and
# nothing is ever written but the one file that was asked for. Python as in media-server.py: 2.6 and 3.
"""pulumi-xen ISO reader: take ISO PATH TARGET writes one file of the image; check ISO says whether the media server can read it."""
import encodings.utf_16_be, encodings.utf_8, os, pwd, stat, sys  # codecs are read at their first use, which nobody may not
SECTOR = 2048
MOST_LISTING, MOST_LINKS, MOST_PIECES = 8 << 20, 40, 4096

class IsoError(Exception):
    pass

def raw(text):
    return text if isinstance(text, bytes) else os.fsencode(text)

def readable(name):
    """A name of the image for a message: it may hold anything."""
    text = name.decode("utf_8", "replace")
    return "".join(letter if " " <= letter < "\x7f" else "?" for letter in text)[:120]

def become_nobody():
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)

class Pieces(object):
    """Some pieces of a file, read one after the other: (offset, length)."""
    def __init__(self, stream, pieces):
        self.stream, self.pieces = stream, pieces
        self.length = sum(length for _, length in pieces)
    def narrow(self, start, length):
        """Only so much from there on."""
        left = []
        for offset, size in self.pieces:
            skipped = min(start, size)
            start -= skipped
            taken = min(length, size - skipped)
            length -= taken
            if taken: left.append((offset + skipped, taken))
        self.__init__(self.stream, left)
    def read(self, most=1 << 16):
        if not self.pieces: return b""
        offset, length = self.pieces[0]
        self.stream.seek(offset)
        data = self.stream.read(min(most, length) if most >= 0 else length)
        rest = length - len(data)
        self.pieces = ([(offset + len(data), rest)] if rest and data else []) + (self.pieces[1:] if data else [])
        return data
    def close(self):
        self.stream.close()

class Node(object):
    def __init__(self, name, kind, pieces, target=None):
        self.name, self.kind, self.pieces, self.target = name, kind, pieces, target

class Iso(object):
    def __init__(self, stream):
        self.stream, self.elsewhere = stream, 0
        stream.seek(0, 2)
        self.size = stream.tell()
        primary = joliet = None
        for sector in range(16, 48):
            volume = bytearray(self.at(sector * SECTOR, SECTOR, "no ISO 9660 image"))
            if bytes(volume[1:6]) != b"CD001": raise IsoError("it is no ISO 9660 image")
            if volume[0] == 255: break
            if volume[0] == 1 and primary is None: primary = volume
            if volume[0] == 2 and bytes(volume[88:91]) in (b"%/@", b"%/C", b"%/E"): joliet = volume
        if primary is None: raise IsoError("it is no ISO 9660 image")
        self.block = number(primary, 128, 2)
        if self.block not in (512, 1024, 2048): raise IsoError("its blocks have a size that no ISO 9660 image has")
        self.skip, self.names, volume = 0, "plain", primary
        used = self.first_record(number(primary, 158))[1]
        for start in (0, 14):  # 14: behind the attributes of CD-ROM XA
            if bytes(used[start:start + 2]) == b"SP" and len(used) >= start + 7:
                self.skip = used[start + 6]
                if any(mark in (b"PX", b"RR", b"NM") for mark, _ in self.entries(used[start:])): self.names = "rock ridge"
                break
        if self.names == "plain" and joliet is not None: self.names, volume = "joliet", joliet
        self.root = Node(b"", "folder", [self.piece(volume[156:190])])

    def at(self, offset, length, what):
        self.stream.seek(offset)
        data = self.stream.read(length)
        if len(data) != length: raise IsoError("it is cut, or " + what)
        return data

    def piece(self, record):
        offset, length = (number(record, 2) + record[1]) * self.block, number(record, 10)
        if offset + length > self.size: raise IsoError("it is cut: a part of it lies behind its end")
        return offset, length

    def first_record(self, block):
        """The record that a folder has of itself, and what Rock Ridge says in it."""
        record = bytearray(self.at(block * self.block, 255, "has no such folder"))
        if record[0] < 34: raise IsoError("it is broken: a folder does not name itself")
        return record, record[34:record[0]]

    def entries(self, data):
        """Rock Ridge's entries: (mark, the whole of it)."""
        found, areas = [], 0  # what is said elsewhere counts for a whole folder: its entries may all name the same
        while True:
            more = None
            while len(data) >= 4 and 4 <= data[2] <= len(data):
                mark, entry, data = bytes(data[:2]), data[:data[2]], data[data[2]:]
                if mark == b"ST": break
                if mark == b"CE" and len(entry) >= 28: more = entry
                else: found.append((mark, entry))
            if more is None: return found
            areas, size = areas + 1, number(more, 20)
            self.elsewhere += size
            if areas > 100 or size > 1 << 16 or self.elsewhere > MOST_LISTING: raise IsoError("it is broken: an entry goes on without end")
            data = bytearray(self.at(number(more, 4) * self.block + number(more, 12), size, "an entry is not there"))

    def listing(self, folder):
        offset, length = folder.pieces[0]
        if length > MOST_LISTING: raise IsoError("it is broken: a folder of %d MB" % (length >> 20))
        data = bytearray(self.at(offset, length, "a folder is not there"))
        self.elsewhere = 0
        at, goes_on, found = 0, False, []
        while at + 34 <= len(data):
            size = data[at]
            if size == 0:  # no record crosses a sector
                at = (at // SECTOR + 1) * SECTOR
                continue
            record = data[at:at + size]
            at += size
            if size < 34 or len(record) < size or record[32] + 33 > size: raise IsoError("it is broken: a folder ends early")
            name = bytes(record[33:33 + record[32]])
            if name in (b"\0", b"\1"): continue
            if goes_on and found and found[-1].given == name:
                found[-1].pieces.append(self.piece(record))
                if len(found[-1].pieces) > MOST_PIECES: raise IsoError("it is broken: a file of too many pieces")
            else:
                node = self.node(name, record)
                if node is None: continue
                node.given = name
                found.append(node)
            goes_on = bool(record[25] & 0x80)
        return found

    def node(self, given, record):
        kind = "folder" if record[25] & 2 else "file"
        if record[26] or record[27]: kind = "other"  # interleaved
        if self.names == "joliet":
            name = given.decode("utf_16_be", "replace").encode("utf_8").split(b";")[0]
            return Node(name, kind, [self.piece(record)])
        plain = given.split(b";")[0].rstrip(b".").lower()
        if self.names == "plain": return Node(plain, kind, [self.piece(record)])
        start = 33 + record[32] + (1 - record[32] % 2) + self.skip
        name, target, link, moved = None, [], None, None
        for mark, entry in self.entries(record[start:]):
            if mark == b"NM" and len(entry) > 5 and not entry[4] & 6: name = (name or b"") + bytes(entry[5:])
            elif mark == b"PX" and len(entry) >= 12: kind = kind_of(number(entry, 4), kind)
            elif mark == b"SL" and len(entry) >= 5:
                link = "link"
                target = None if target is None else parts_of(entry, target)
            elif mark == b"CL" and len(entry) >= 12: moved = number(entry, 4)
            elif mark == b"RE": return None  # a folder that another place names
            elif mark in (b"ZF", b"SF"): kind = "other"  # compressed, with holes
        if link and kind != "folder":
            if target is not None: target = [part for part, _ in target]
            return Node(name or plain, "link", [], target)
        if moved is not None:
            return Node(name or plain, "folder", [self.piece(self.first_record(moved)[0])])
        return Node(name or plain, kind, [self.piece(record)] if kind in ("file", "folder") else [])

    def find(self, path):
        """The file or folder of this path; a link is followed inside the image, and one that leads out of it leads nowhere."""
        todo, trail, links = path.split(b"/")[::-1], [self.root], 0
        while todo:
            name = todo.pop()
            if name in (b"", b"."): continue
            if name == b"..":
                if len(trail) == 1: raise IsoError("a link in it leads out of it")
                trail.pop()
                continue
            if trail[-1].kind != "folder": raise IsoError("%s is no folder in it" % readable(trail[-1].name))
            if self.names == "plain": name = name.lower()
            names = self.listing(trail[-1])
            node = next((one for one in names if one.name == name), None)
            if node is None:
                where = "/".join(readable(one.name) for one in trail[1:])
                there = ", ".join(sorted(readable(one.name) for one in names)[:20])
                raise IsoError("it has no %s in %s, where it has %s" % (readable(name), where or "its root", there or "nothing"))
            if node.kind == "link":
                links += 1
                if links > MOST_LINKS: raise IsoError("a link in it leads to itself")
                if node.target is None: raise IsoError("a link in it leads out of it")
                todo.extend(node.target[::-1])
                continue
            trail.append(node)
        return trail[-1]

    def open(self, path):
        node = self.find(path)
        if node.kind == "folder": raise IsoError("%s is a folder in it" % readable(path))
        if node.kind != "file": raise IsoError("%s is a device in it, or a file of a kind that is not read" % readable(path))
        pieces = Pieces(self.stream, node.pieces)
        if pieces.length > self.size: raise IsoError("%s is larger than the ISO itself" % readable(path))
        return pieces

def number(data, at, size=4):
    return sum(data[at + index] << 8 * index for index in range(size))

def kind_of(mode, kind):
    if stat.S_ISDIR(mode): return "folder"
    return "file" if stat.S_ISREG(mode) and kind == "file" else "other"

def parts_of(entry, parts):
    """Further parts of a link's target, each with whether it goes on in the next; None: it leads out of the image."""
    at = 5
    while at + 2 <= len(entry):
        flags, length = entry[at], entry[at + 1]
        text = bytes(entry[at + 2:at + 2 + length])
        at += 2 + length
        if flags & 8: return None
        if flags & 2: text = b"."
        if flags & 4: text = b".."
        if parts and parts[-1][1]: parts[-1] = (parts[-1][0] + text, flags & 1)
        else: parts.append((text, flags & 1))
    return parts

def take(image, path, target):
    stream = open(image, "rb")
    if os.path.lexists(target): os.unlink(target)
    out = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 420), "wb")  # 0644
    become_nobody()  # what follows reads what somebody else wrote
    source = Iso(stream).open(path)
    left = source.length
    while left:
        data = source.read()
        if not data: raise IsoError("it is cut: a part of it lies behind its end")
        out.write(data)
        left -= len(data)
    out.flush(); os.fsync(out.fileno()); out.close()

def main(command, image, *rest):
    try:
        if command == "take": take(raw(image), raw(rest[0]), raw(rest[1]))
        elif command == "check":
            become_nobody()
            Iso(open(raw(image), "rb"))
    except (IndexError, ValueError): sys.exit("%s cannot be used: it is broken" % image)
    except IsoError as error:
        sys.exit("%s cannot be used: %s" % (image, error))
    except EnvironmentError as error:
        sys.exit("%s cannot be read: %s" % (image, error.strerror))

if __name__ == "__main__": main(*sys.argv[1:])

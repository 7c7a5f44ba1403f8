# GRUB legacy's menu as a value; what of it counts is decided here and nowhere else. Python 2.6 and later. menu-facts.py or
# menu-write.py comes behind it.
#
# Our entry stands at the menu's end, between two lines of comment, so that no number of another entry ever changes. Numbers count
# from 0. Which entry `saved` is, the first line of a file beside the menu tells (savedefault writes it in place, seen with 0.97).
import os
import re
import sys

END = "# pulumi-xen: end"
WAS = "# pulumi-xen: was "
# All that dom0's kernel may be told for a trial alone (trial-words.ts).
ON_TRIAL = os.environ.get("menu_trial", "").split()


def value_of(line):
    # Of "default=0", "default 0", "default saved".
    return re.sub(r"^\s*[a-z]+\s*=?\s*", "", line).strip()


# Words of a kernel's arguments, with their quotes: a blank between double quotes ends none.
def words_of(text):
    return re.findall(r'(?:[^\s"]|"[^"]*(?:"|$))+', text)


class Entry(object):
    def __init__(self, is_own):
        self.is_own = is_own
        self.root = None
        self.kernel = None
        self.modules = []
        self.returns = False

    def read(self, line):
        word = line.split()[0] if line.strip() else ""
        if word == "root" or word.startswith("root("):
            self.root = line
        elif word == "kernel":
            self.kernel = line
        elif word == "module":
            self.modules.append(line)
        elif word.startswith("savedefault"):
            self.returns = True

    def linux(self):
        # The path and the arguments of the kernel that is booted: of Xen that is the first module.
        line = self.modules[0] if self.modules else self.kernel
        words = words_of(line or "")[1:]
        # Options such as --no-mem-option come before the path.
        while words and words[0].startswith("--"):
            words = words[1:]
        return (words[0], words[1:]) if words else ("", [])

    def is_plain(self):
        return self.kernel is not None and not self.modules and not os.path.basename(self.linux()[0]).startswith("xen")


class Menu(object):
    def __init__(self, text, saved):
        self.lines, self.entries, self.was = [], [], {}
        self.settings = {}
        inside = False
        for line in text.rstrip("\n").split("\n"):
            if line.startswith("# pulumi-xen: begin"):
                inside = True
            elif line.startswith(END):
                inside = False
            elif line.startswith(WAS):
                name, _, was = line[len(WAS):].partition(": ")
                self.was[name] = was
            else:
                self.read(line, inside)
        self.others = [entry for entry in self.entries if not entry.is_own]
        self.own = ([entry for entry in self.entries if entry.is_own] + [None])[0]
        said = value_of(self.settings.get("default", "default=0"))
        self.is_saved = said == "saved"
        self.default = self.at(saved if self.is_saved else said)
        self.fallback = self.at(value_of(self.settings.get("fallback", "fallback=none")).split(" ")[0])

    def read(self, line, inside):
        if not inside:
            self.lines.append(line)
        if re.match(r"\s*title(\s|$)", line):
            self.entries.append(Entry(inside))
        elif self.entries:
            self.entries[-1].read(line)
        else:
            name = re.match(r"\s*(default|fallback)[\s=]", line)
            if name:
                self.settings[name.group(1)] = line

    def at(self, number):
        if not re.match(r"^[0-9]+$", number) or int(number) >= len(self.entries):
            return None
        return self.entries[int(number)]

    def plain_linux(self):
        # The one to come back to: the default, or what was it before us, or the first.
        was = self.was.get("default", "")
        before = self.at(value_of(was)) if was else None
        for entry in [self.default, before] + self.others:
            if entry is not None and not entry.is_own and entry.is_plain():
                return entry
        return None

    def source_of(self, version, linux):
        # The entry whose arguments dom0's kernel gets: its own, where the menu has one.
        for entry in self.others:
            if os.path.basename(entry.linux()[0]) == "vmlinuz-" + version:
                return entry
        return linux


# Comments may be in any encoding: each byte is a character, for both Pythons.
def text_of(path):
    try:
        with open(path, "rb") as file:
            text = file.read()
    except (IOError, OSError):
        return ""
    return text if isinstance(text, str) else text.decode("latin-1")


def put(lines):
    text = "\n".join(lines) + "\n"
    getattr(sys.stdout, "buffer", sys.stdout).write(text if str is bytes else text.encode("latin-1"))


def menu_at(path, default_file):
    saved = (text_of(default_file).split("\n")[0].split() or [""])[0]
    return Menu(text_of(path), saved)

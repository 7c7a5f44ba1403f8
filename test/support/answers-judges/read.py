# What the readers of answer files make of them: JSON in, [{format, content, release}], and JSON out, in the same order.
# PYTHONPATH has pykickstart or PyYAML where the format wants it. A text that is not read gives {"refused": "…"}.
import json, sys
import xml.etree.ElementTree as xml


def kickstart(content, release):
    from pykickstart.parser import KickstartParser
    from pykickstart.version import makeVersion

    parser = KickstartParser(makeVersion(release))
    parser.readKickstartFromString(content)
    it = parser.handler
    network = it.network.network[0]
    return {
        "lang": it.lang.lang,
        "keyboard": it.keyboard.keyboard,
        "timezone": it.timezone.timezone,
        "network": {
            name: getattr(network, name)
            for name in ("bootProto", "device", "hostname", "ip", "netmask", "gateway", "nameserver")
        },
        "url": it.url.url,
        "proxy": it.url.proxy,
        "root": {"password": it.rootpw.password, "isCrypted": it.rootpw.isCrypted, "isLocked": it.rootpw.lock},
        "users": [
            {"name": user.name, "groups": user.groups, "password": user.password, "isCrypted": user.isCrypted}
            for user in it.user.userList
        ],
        "append": it.bootloader.appendLine,
        "bootDrive": getattr(it.bootloader, "bootDrive", "") or it.bootloader.driveorder[0],
        "disks": it.ignoredisk.onlyuse,
        "parts": [[part.mountpoint, part.fstype, part.size, part.grow] for part in it.partition.partitions],
        "packages": it.packages.packageList,
        "groups": [group.name for group in it.packages.groupList],
        "scripts": [script.script for script in it.scripts],
    }


def yaml(content, _):
    import yaml as reader

    return reader.safe_load(content)


def autoyast(content, _):
    def read(element):
        kind = element.get("{http://www.suse.com/1.0/configns}type")
        if kind == "list":
            return [read(child) for child in element]
        if len(element):
            return {child.tag.split("}")[1]: read(child) for child in element}
        return element.text == "true" if kind == "boolean" else element.text or ""

    return read(xml.fromstring(content.encode()))


def preseed(content, _):
    # debconf-set-selections: three words and the rest of the line; a backslash at the end joins the next one.
    answers = {}
    for line in content.replace("\\\n", "").split("\n"):
        words = line.strip().split(None, 3)
        if words and not words[0].startswith("#"):
            answers[words[1]] = words[3] if len(words) > 3 else ""
    return answers


readers = {"kickstart": kickstart, "yaml": yaml, "autoyast": autoyast, "preseed": preseed}
said = []
for case in json.load(sys.stdin):
    try:
        said.append(readers[case["format"]](case["content"], case.get("release")))
    except Exception as error:  # whatever a reader throws is its word on the text
        said.append({"refused": "%s: %s" % (type(error).__name__, error)})
json.dump(said, sys.stdout)

import {
  MAC_PATTERN,
  UUID_PATTERN,
  deriveMac,
  deriveUuid,
  deviceName,
  deviceNumber,
  domainState,
  isAlive,
  parseDiskSpec,
  parseVfbSpec,
  parseVifSpec,
  readDiskSpec,
  renderDiskSpec,
  renderVfbSpec,
  renderVifSpec,
  vifRefusal,
} from "../../../provider/xen";

describe("a disk of xl", () => {
  it.each([
    ["file:/xen/vm/centos6.img,xvda,w", "/xen/vm/centos6.img", "raw", "xvda", "w"],
    ["phy:/dev/vg/lv,xvdb,r", "/dev/vg/lv", "raw", "xvdb", "r"],
    ["tap:aio:/a.img,xvda,w", "/a.img", "raw", "xvda", "w"],
    ["tap:qcow2:/a.qcow2,xvda,w", "/a.qcow2", "qcow2", "xvda", "w"],
    ["/a.img,raw,xvda,rw", "/a.img", "raw", "xvda", "w"],
    ["/a.img,,xvda", "/a.img", "raw", "xvda", "w"],
    ["format=qcow2,vdev=xvdc,access=ro,target=/x,y=z", "/x,y=z", "qcow2", "xvdc", "r"],
  ])("is read from %s", (text, target, format, device, mode) => {
    expect(parseDiskSpec(text)).toEqual({ target, format, device, mode, more: [] });
  });

  it.each([
    ["file:/x.iso,hdc:cdrom,r", "/x.iso", "raw", "hdc", ["devtype=cdrom"]],
    ["file:/x.iso,ioemu:hdc:cdrom,r", "/x.iso", "raw", "hdc", ["devtype=cdrom"]],
    [",hdc:cdrom,r", "", "empty", "hdc", ["devtype=cdrom"]],
    ["iscsi:iqn.2001-05.org.example:a,xvda,r", "iqn.2001-05.org.example:a", "raw", "xvda", ["script=block-iscsi"]],
    ["discard,backendtype=qdisk,access=ro,vdev=xvda,target=/a", "/a", "raw", "xvda", ["backendtype=qdisk", "discard"]],
  ])("keeps xl's further words, in one order: %s", (text, target, format, device, more) => {
    expect(parseDiskSpec(text)).toEqual({ target, format, device, mode: "r", more });
  });

  it("takes ioemu: for a prefix and :cdrom for a type, not for parts of the device", () => {
    expect(parseDiskSpec("file:/a.img,ioemu:hda,w")?.device).toBe("hda");
    expect(parseDiskSpec("file:/a.iso,hdc:cdrom,r")?.device).toBe("hdc");
  });

  it.each([
    ["nonsense", "no vdev specified"],
    ["format=zzz,vdev=xvda,target=/x", "unknown value for format: near `zzz'"],
    ["file:/x,xvda,w!", "unknown value for access: near `w!'"],
    ["file:/x,xvda,w,backend0", "too many positional parameters: near `backend0'"],
    ["/a.img,xvda,w", "unknown value for format: near `xvda'"],
    ["file:/x,hda:floppy,w", "unknown deprecated type: near `floppy'"],
    ["vdev=xvda", "no target specified (and device not removable)"],
    ["vmdk:/x,xvda,w", "unknown deprecated disk prefix: near `vmdk:'"],
    ["vdev=xvda,vdev=xvdb,target=/x", "vdev respecified: near `xvdb'"],
  ])("is refused where xl refuses it, in xl's words: %s", (text, reason) => {
    expect(parseDiskSpec(text)).toBeUndefined();
    expect(readDiskSpec(text)).toEqual({
      refused: `config parsing error in disk specification: ${reason} in \`${text}'`,
    });
  });

  it("keeps every comma of its target, the last one too", () => {
    const disk = { target: "/x,y,", format: "raw", device: "xvda", mode: "w", more: [] } as const;
    expect(renderDiskSpec(disk)).toBe("format=raw,vdev=xvda,access=rw,target=/x,y,,");
    expect(parseDiskSpec(renderDiskSpec(disk))).toEqual(disk);
  });

  it("has words that only xl 4.19 and later reads", () => {
    expect(parseDiskSpec("untrusted,grant_usage=1,vdev=xvda,target=/a")?.more).toEqual(["untrusted", "grant_usage=1"]);
  });
});

describe("the devices of disks", () => {
  it("are named like columns of a spreadsheet, as far as libxl goes", () => {
    expect([0, 25, 26, 701, 702, 2 ** 20 - 1].map(deviceName)).toEqual([
      "xvda",
      "xvdz",
      "xvdaa",
      "xvdzz",
      "xvdaaa",
      "xvdbgqcv",
    ]);
    expect(() => deviceName(2 ** 20)).toThrow("A guest's disk has a number of 0 to 1048575, not 1048576.");
    expect(() => deviceName(-1)).toThrow(RangeError);
  });

  it("have numbers, by which two names may be one device", () => {
    expect(["xvdb", "d1p0", "51728", "0xca10"].map(deviceNumber)).toEqual([51728, 51728, 51728, 51728]);
    expect(["hda", "hdc1", "sdb2", "xvdq"].map(deviceNumber)).toEqual([768, 5633, 2066, 268439552]);
    expect(["xvd{", "xvd", "vda", "hde", "xvda01", "xvda256", ""].map(deviceNumber)).toEqual(Array(7).fill(undefined));
  });
});

describe("an interface", () => {
  it("is read as xl reads it: the last of two words counts, blanks behind a word are part of it", () => {
    expect(parseVifSpec("bridge=a, ip=192.0.2.1 ,bridge=b,model=e1000,nonsense,mac=0:16:3E:0:0:1")).toEqual({
      bridge: "b",
      ip: "192.0.2.1 ",
      mac: "00:16:3e:00:00:01",
      more: ["model=e1000", "nonsense"],
    });
    expect(parseVifSpec("netdev=eth1")).toEqual({ more: ["gatewaydev=eth1"] });
    expect(parseVifSpec("trusted,untrusted")).toEqual({ more: ["untrusted"] });
  });

  it("keeps a MAC that is none as it stands", () => {
    for (const mac of ["zz:16:3e:00:00:01", "00:16:3e", "00:16:3e:00:00:01,mac=1:2"]) {
      expect(renderVifSpec(parseVifSpec(`mac=${mac}`))).toBe(`mac=${mac}`);
    }
  });

  it.each([
    ["fast", "invalid rate in `fast'"],
    ["10Mb/s@often", "invalid replenishment interval in `often'"],
    ["0Mb/s", "rate overflow in `0Mb/s'"],
    ["@50ms", "no rate specified in `@50ms'"],
    ["1Mb/s@5000s", "replenishment interval overflow in `5000s'"],
  ])("is refused for its rate %s", (rate, reason) => {
    expect(vifRefusal({ rate, more: [] })).toBe(`config parsing error in vif: ${reason}`);
  });

  it.each(["10Mb/s", "250KB/s@20us", "1GB/s@1s", "010Mb/s@5"])("may have the rate %s", (rate) => {
    expect(vifRefusal({ rate, more: [] })).toBeUndefined();
  });
});

describe("a frame buffer", () => {
  it("keeps what it does not know", () => {
    const text = "vnc=1,vnclisten=127.0.0.1,vncunused=0,sdl=1";
    expect(parseVfbSpec(text)).toEqual({ vnc: true, vncListen: "127.0.0.1", vncUnused: false, more: ["sdl=1"] });
    expect(renderVfbSpec(parseVfbSpec(text))).toBe(text);
    // A line separator is an ordinary character to xl.
    expect(parseVfbSpec("vncpasswd=a\u2028b")).toEqual({ vncPassword: "a\u2028b", more: [] });
  });

  it("keeps, where it stood, what xl passes over from a word without a value on", () => {
    const text = "vnc=1,foo, ,vncpasswd=lost,sdl=1";
    expect(parseVfbSpec(text)).toEqual({ vnc: true, more: ["foo", " ", "vncpasswd=lost", "sdl=1"] });
    expect(renderVfbSpec(parseVfbSpec(text))).toBe(text);
  });
});

describe("derived identities", () => {
  it("are uuids and MACs of Xen's range, the same each time, different for each guest, host and interface", () => {
    const uuid = deriveUuid("198.51.100.7", "guest1");
    expect(uuid).toBe("fbd319dc-aaa0-87a1-b800-8606158bcd8c");
    expect(uuid).toMatch(UUID_PATTERN);
    expect(deriveUuid("198.51.100.8", "guest1")).not.toBe(uuid);
    expect(deriveUuid("198.51.100.7", "guest2")).not.toBe(uuid);
    const mac = deriveMac(uuid, 0);
    expect(mac).toMatch(MAC_PATTERN);
    expect(mac.startsWith("00:16:3e:")).toBe(true);
    expect(Number.parseInt(mac.slice(9, 11), 16)).toBeLessThan(0x80);
    expect(deriveMac(uuid, 1)).not.toBe(mac);
  });
});

describe("the letters of a domain's state", () => {
  it.each([
    ["r-----", "running", true],
    ["-b----", "blocked", true],
    ["--p---", "paused", true],
    ["------", "runnable", true],
    ["--ps--", "shut down", false],
    ["---sr-", "shut down", false],
    ["---sc-", "crashed", false],
    ["-----d", "dying", false],
  ] as const)("%s is %s", (letters, state, alive) => {
    expect(domainState(letters)).toBe(state);
    expect(isAlive(domainState(letters))).toBe(alive);
  });
});

import * as fc from "fast-check";
import {
  type KeyDifference,
  differingKeys,
  normalDomainConfig,
  parseDomainConfig,
  renderDomainConfig,
  sameDomainConfig,
} from "../../../provider/xen";
import { domainConfig } from "../../support/domain-configs";

const differences = (before: string, after: string): readonly KeyDifference[] =>
  differingKeys(parseDomainConfig(before), parseDomainConfig(after));

describe("two configurations", () => {
  it("are the same where they mean the same to xl, comments and order of keys aside", () => {
    const one = parseDomainConfig("# one\nname='a'\nmemory=0x200\nfoo=1\ndisk=['file:/a,xvda,w']\n");
    const other = parseDomainConfig("foo='1'; disk=[ 'format=raw, vdev=xvda, target=/a' ]; memory=512; name='a'");
    expect(differingKeys(one, other)).toEqual([]);
    expect(sameDomainConfig(one, other)).toBe(true);
  });

  it("are compared in their normal form, also where they were not read from a text", () => {
    const spelled = { memoryMiB: 512, vifs: [], others: { pool: 5, acpi: "0x1" }, foreign: [] };
    expect(normalDomainConfig(spelled)).toEqual({ memoryMiB: 512, others: { acpi: 1, pool: "5" }, foreign: [] });
    expect(sameDomainConfig(spelled, parseDomainConfig("memory=512\nacpi=1\npool='5'"))).toBe(true);
  });

  it("differ by key, with the text before and after", () => {
    expect(differences("name='a'\nmemory=512\nfoo=1", "name='a'\nmemory=768\nextra='ro'\nirqs=[4]")).toEqual([
      { key: "memory", before: "512", after: "768" },
      { key: "foo", before: "1" },
      { key: "extra", after: "ro" },
      { key: "irqs", after: '["4"]' },
    ]);
  });

  it("differ in disks by their devices and in interfaces by their MACs", () => {
    expect(
      differences(
        "disk=['file:/a,xvda,w','file:/b,xvdb,w']\nvif=['mac=00:16:3e:0:0:1,bridge=a','bridge=b']\nvfb=['vnc=1']",
        "disk=['file:/a,xvda,r','file:/c,xvdc,w']\nvif=['bridge=c','mac=00:16:3e:0:0:1,bridge=a']",
      ),
    ).toEqual([
      {
        key: "disk",
        entry: "xvda",
        before: "format=raw,vdev=xvda,access=rw,target=/a",
        after: "format=raw,vdev=xvda,access=ro,target=/a",
      },
      { key: "disk", entry: "xvdb", before: "format=raw,vdev=xvdb,access=rw,target=/b" },
      { key: "disk", entry: "xvdc", after: "format=raw,vdev=xvdc,access=rw,target=/c" },
      { key: "vif", entry: "1", before: "bridge=b" },
      { key: "vif", entry: "0", after: "bridge=c" },
      { key: "vfb", entry: "0", before: "vnc=1" },
    ]);
  });

  it("differ in the order of disks, since xl boots from the first", () => {
    expect(differences("disk=['file:/a,xvda','file:/b,xvdb']", "disk=['file:/b,xvdb','file:/a,xvda']")).toEqual([
      { key: "disk", entry: "order", before: "xvda, xvdb", after: "xvdb, xvda" },
    ]);
  });

  it("differ in each of two disks of one name", () => {
    expect(differences("disk=['file:/a,xvda','file:/b,xvda']", "disk=['file:/a,xvda']")).toEqual([
      { key: "disk", entry: "xvda (2)", before: "format=raw,vdev=xvda,access=rw,target=/b" },
    ]);
  });

  it("differ in what is kept unread, and as a whole where xl refuses one", () => {
    expect(differences("memory=512", "memory += 512")).toEqual([{ key: "memory", before: "512", after: '+= "512"' }]);
    expect(differences("memory=512", "memory=512M\n")).toEqual([
      { key: "(the whole text)", before: "memory = 512\n", after: "memory=512M\n" },
    ]);
  });

  it("have differences exactly where they are not the same, and none with themselves", () => {
    fc.assert(
      fc.property(domainConfig, domainConfig, (one, other) => {
        expect(differingKeys(one, one)).toEqual([]);
        expect(differingKeys(one, parseDomainConfig(renderDomainConfig(one)))).toEqual([]);
        expect(differingKeys(one, other).length === 0).toBe(sameDomainConfig(one, other));
      }),
    );
  });
});

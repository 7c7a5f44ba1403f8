/** Programs to begin with. */
import type { Declared, Program } from "./program";
import type { Random } from "./random";

const disk = (ref: string, name: string, path: string, source?: "system" | "secretSystem"): Declared => ({
  type: "DiskImage",
  ref,
  name,
  args: { path, sizeGiB: 1, allow: ["migrate"], ...(source === undefined ? {} : { source }) },
});

function guest(
  random: Random,
  ref: string,
  name: string,
  images: readonly string[],
  media: string | undefined,
): Declared {
  return {
    type: "DomU",
    ref,
    name,
    args: {
      memoryMiB: 256,
      ...(random.isTrue(0.6) ? { maxMemoryMiB: 512 } : {}),
      ...(random.isTrue(0.3) ? { maxVcpus: 2 } : {}),
      disks: images.map((image) => ({ image })),
      vifs: random.isTrue(0.3) ? [{ bridge: "br0" }, { bridge: "br1" }] : [{ bridge: "br0" }],
      ...(media === undefined ? {} : { media }),
      ...(random.isTrue(0.3) ? { autostart: true } : {}),
      ...(random.isTrue(0.15) ? { waitFor: "system" } : {}),
      ...(random.isTrue(0.15) ? { uuid: `0d6c4a1e-7b2f-4c55-9e10-00000000${ref === "g1" ? "00a1" : "00a2"}` } : {}),
      ...(random.isTrue(0.2) ? { vncPassword: "hush4711" } : {}),
    },
  };
}

/** One or two guests, installed or from an image, with data disks or without. */
export function prodProgram(random: Random): Program {
  const hasMedia = random.isTrue(0.6);
  const dataDisks = random.weighted([
    [3, 0],
    [3, 1],
    [2, 2],
  ]);
  const source = random.isTrue(0.1) ? "secretSystem" : "system";
  const data = ["data", "more"].slice(0, dataDisks);
  return {
    resources: [
      disk("d1", "disk", "/xen/vm/g1.img", hasMedia ? undefined : source),
      ...data.map((name) => disk(name, name, `/xen/vm/${name}.img`)),
      ...(hasMedia
        ? [
            {
              type: "InstallMedia",
              ref: "m",
              name: "media",
              args: random.isTrue(0.05) ? { isSecret: true } : {},
            } as const,
          ]
        : []),
      guest(random, "g1", "guest1", ["d1", ...data], hasMedia ? "m" : undefined),
      ...(random.isTrue(0.3)
        ? [disk("d2", "disk2", "/xen/vm/g2.img", "system"), guest(random, "g2", "guest2", ["d2"], undefined)]
        : []),
    ],
  };
}

/** Another team on the same host; often it wants what the first has. */
export function testProgram(random: Random): Program {
  const path = random.isTrue(0.5) ? "/xen/vm/g1.img" : "/xen/vm/t1.img";
  const name = random.isTrue(0.5) ? "guest1" : "tester";
  return {
    resources: [
      disk("d1", random.one(["disk", "image"]), path, "system"),
      guest(random, "g1", name, ["d1"], undefined),
    ],
  };
}

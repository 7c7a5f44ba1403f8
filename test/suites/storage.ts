/**
 * What every kind of storage that makes its images does alike (provider/host/storage/storage.ts), as a function of the storage and of a
 * host that has it: through the contract's verbs, and judged by the bytes and sizes that the host's own programs show.
 */
import { imageUsersFunction } from "../../provider/host/image-users";
import type { Place, Storage, StoredImage, WantedImage } from "../../provider/host/storage/storage";
import { type ShellText, lines, sh } from "../../provider/shell";
import type { LocalShell } from "../support/local-shell";
import type { Ran } from "../support/ran";

export interface StorageHost {
  readonly shell: LocalShell;
  /** A place where nothing is yet; the folder of its claim is there. */
  readonly place: Place;
  /** What a guest would read there: so many bytes from the beginning, or from an offset. */
  readonly bytesAt: (offset: number, length: number) => Buffer;
  readonly writeAt: (offset: number, text: string) => void;
  /** Somebody else makes something of their own at the place, which holds `text`. */
  readonly makeAnothers: (text: string) => void;
  readonly end: () => void;
}

const MIB = 1024 ** 2;

/** `open`: absent where the storage cannot be had. */
export function storageSuite(storage: Storage, open: () => StorageHost | undefined): void {
  const makes = storage.makes;
  if (makes === undefined) throw new Error(`${storage.format} makes nothing`);
  let host: StorageHost;
  let isThere = false;
  beforeEach(() => {
    const opened = open();
    isThere = opened !== undefined;
    if (opened !== undefined) host = opened;
  });
  afterEach(() => {
    if (isThere) host.end();
  });
  const where = (name: string, body: () => Promise<void>): void => {
    it(name, async () => {
      if (isThere) await body();
    });
  };

  const wanted = (mebibytes: number): WantedImage => ({
    path: host.place.path,
    bytes: mebibytes * MIB,
    preallocation: undefined,
    source: undefined,
  });
  const seen = (): Promise<StoredImage> =>
    host.shell.ask({
      about: "the image",
      script: sh`image=${host.place.path} mark=${host.place.folder}
${storage.observe}`,
      read: (answer) => storage.read(answer, host.place.path),
    });
  const perform = (...script: ShellText[]): Promise<Ran> =>
    host.shell.run(lines([sh`set -eu`, imageUsersFunction, ...script]));
  const performed = async (...script: ShellText[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await perform(...script);
    if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
    return stdout;
  };
  const make = (mebibytes: number): Promise<string> =>
    performed(
      sh`(
${makes.prepare(host.place)}
)`,
      makes.make(host.place, wanted(mebibytes)),
    );
  const permit = (): Promise<string> => performed(makes.permit(host.place));

  where("shows that nothing is there, makes an image that reads as empty, and knows it as its own", async () => {
    expect(await seen()).toMatchObject({ type: "absent", isMade: false });
    expect(makes.cannotMake(await seen(), wanted(8))).toEqual([]);
    await make(8);
    await permit();
    const image = await seen();
    expect(image).toMatchObject({ type: storage.isDevice ? "block" : "file", format: storage.format, isMade: true });
    expect(storage.sizeIs({ ...image, bytes: image.sizeBytes ?? 0 }, 8 * MIB)).toBe(true);
    expect(storage.cannotUse(image, wanted(8), false)).toEqual([]);
    expect(storage.outOfSight(image, host.place.path)).toEqual([]);
    if (storage.format !== "qcow2") expect(host.bytesAt(0, 8 * MIB).every((byte) => byte === 0)).toBe(true);
  });

  where("leaves a made image as it is when it is made again", async () => {
    await make(8);
    host.writeAt(MIB, "data of the guest");
    await make(8);
    expect(host.bytesAt(MIB, 17).toString()).toBe("data of the guest");
  });

  where("grows the image with all that it holds, and never makes it smaller", async () => {
    await make(8);
    host.writeAt(MIB, "data of the guest");
    expect(await performed(makes.grow(host.place, 16 * MIB))).toContain("grew from");
    const image = await seen();
    expect(storage.sizeIs({ ...image, bytes: image.sizeBytes ?? 0 }, 16 * MIB)).toBe(true);
    expect(host.bytesAt(MIB, 17).toString()).toBe("data of the guest");
    expect(await performed(makes.grow(host.place, 16 * MIB))).not.toContain("grew from");
    const smaller = await perform(makes.grow(host.place, 8 * MIB));
    expect([smaller.exitCode, smaller.stderr]).toEqual([1, expect.stringContaining("never made smaller")]);
    expect((await seen()).sizeBytes).toBe(image.sizeBytes);
    // What is bigger than declared is told as that, with a size that can be declared.
    expect(storage.cannotUse(image, wanted(8), false)).toEqual([expect.stringContaining("never made smaller")]);
  });

  where("does not make an image over what somebody else made there a moment ago", async () => {
    host.makeAnothers("somebody else's data");
    const made = await perform(makes.make(host.place, wanted(8)));
    expect([made.exitCode, made.stderr]).toEqual([1, expect.stringContaining("made by somebody else")]);
    expect(host.bytesAt(0, 20).toString()).toBe("somebody else's data");
    expect(await seen()).toMatchObject({ isMade: false });
  });

  where("removes the image, and says nothing when it is gone already", async () => {
    await make(8);
    await performed(makes.remove(host.place));
    expect(await seen()).toMatchObject({ type: "absent" });
    await performed(makes.remove(host.place));
  });

  where("leaves what somebody else made there, while its own was only being made", async () => {
    host.makeAnothers("somebody else's data");
    await host.shell.run(sh`printf 'making\n' >${`${host.place.folder}/phase`}; : >${`${host.place.folder}/claim`}`);
    expect(await performed(makes.remove(host.place))).toContain("it stays");
    expect(host.bytesAt(0, 20).toString()).toBe("somebody else's data");
  });
}

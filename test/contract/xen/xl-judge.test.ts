/**
 * Our reading and writing of guests' configurations against xl's own parser, libxlutil, and against xl itself.
 *
 *   XL_TEXTS_RECORD=1 npx jest test/contract/xen --selectProjects contract     writes xl-texts.json of test/golden/xen-4.17-debian12
 *   XL_TEXTS_DEEP=1 …                                                          50,000 damaged texts instead of 1,500
 */
import * as fc from "fast-check";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import {
  deviceName,
  deviceNumber,
  normalDomainConfig,
  parseDomainConfig,
  renderDomainConfig,
} from "../../../provider/xen";
import { domainConfig } from "../../support/domain-configs";
import { note } from "../../support/notes";
import { type Judgement, type XlJudge, xlJudge } from "../../support/xl-judge";
import { faultsOfReading, faultsOfWriting } from "../../support/xl-laws";
import { mutantOf } from "../../support/xl-mutants";
import { RECORDED, wildTexts } from "../../support/xl-texts";

const isDeep = process.env["XL_TEXTS_DEEP"] === "1";
jest.setTimeout(isDeep ? 1_800_000 : 120_000);
const found = xlJudge();
const judge = "missing" in found ? undefined : found;
note("missing" in found ? `not run: no libxlutil (${found.missing})` : `xl's own parser: ${found.version}`);

/** A test that has nothing to say where there is no judge; the note says so. */
const judged = (name: string, run: (judge: XlJudge) => void): void => {
  it(name, () => {
    if (judge !== undefined) run(judge);
  });
};

/** xl makes no domain without these; they stand before the text, which may say them itself. */
function completed(text: string, { keys = {} }: Judgement): string {
  const lacks = (key: string): boolean => !(key in keys);
  return [
    lacks("name") ? 'name = "base"\n' : "",
    lacks("memory") ? "memory = 64\n" : "",
    lacks("kernel") && lacks("bootloader") ? 'kernel = "/boot/vmlinuz"\n' : "",
    text,
  ].join("");
}

/** The laws that fail for these texts, each with its text. */
function brokenLaws(xl: XlJudge, texts: readonly string[]): string[] {
  const configs = texts.map(parseDomainConfig);
  const written = configs.map(renderDomainConfig);
  const [before, after] = [xl.read(texts), xl.read(written)];
  return texts.flatMap((text, at) => {
    const [config, old, now] = [configs[at], before[at], after[at]];
    if (config === undefined || old === undefined || now === undefined) return ["no answer"];
    const again = isDeepStrictEqual(parseDomainConfig(written[at] ?? ""), config) ? [] : ["we read back another value"];
    return [...faultsOfReading(config, old), ...faultsOfWriting(old, now), ...again].map(
      (fault) => `${fault}: ${JSON.stringify(text)}`,
    );
  });
}

/** The texts of which xl would make another domain than of what we write for them. */
function otherDomains(xl: XlJudge, texts: readonly string[]): string[] {
  const judgements = xl.read(texts);
  const complete = (all: readonly string[]): string[] => all.map((text, at) => completed(text, judgements[at] ?? {}));
  const before = xl.create(complete(texts));
  const after = xl.create(complete(texts.map((text) => renderDomainConfig(parseDomainConfig(text)))));
  return texts.flatMap((text, at) => {
    const [old, now] = [before[at], after[at]];
    const isSame = old?.exitCode === now?.exitCode && isDeepStrictEqual(old?.domain, now?.domain);
    return isSame ? [] : [JSON.stringify({ text, old, now })];
  });
}

describe("xl's own parser", () => {
  const texts = wildTexts();

  judged("judges at least 200 texts as they are found on hosts", (xl) => {
    expect(texts.length).toBeGreaterThanOrEqual(200);
    const judgements = Object.fromEntries(
      xl.read(texts.map(({ text }) => text)).map((one, at) => [texts[at]?.title ?? "", one]),
    );
    expect(Object.keys(judgements)).toHaveLength(texts.length);
    const lines = Object.entries(judgements).map(([title, one]) => `${JSON.stringify(title)}: ${JSON.stringify(one)}`);
    if (process.env["XL_TEXTS_RECORD"] === "1") writeFileSync(RECORDED, `{\n${lines.join(",\n")}\n}\n`);
    if (xl.version !== "4.17") note(`not run: ${RECORDED} against xl ${xl.version}, which is not 4.17`);
    else if (existsSync(RECORDED)) expect(judgements).toEqual(JSON.parse(readFileSync(RECORDED, "utf8")));
  });

  judged("reads each of them as we do, refuses the same with the same reason, and reads what we write alike", (xl) => {
    expect(
      brokenLaws(
        xl,
        texts.map(({ text }) => text),
      ),
    ).toEqual([]);
  });

  judged("makes the same domain of each text and of what we write for it", (xl) => {
    expect(
      otherDomains(
        xl,
        texts.map(({ text }) => text),
      ),
    ).toEqual([]);
  });

  judged("agrees with us about texts that are damaged at random", (xl) => {
    const seed = Date.now() & 0x7fffffff;
    const mutants = fc.sample(mutantOf(texts.map(({ text }) => text)), { numRuns: isDeep ? 50_000 : 1_500, seed });
    const broken = brokenLaws(xl, mutants);
    if (broken.length > 0) console.log(`seed ${seed}`);
    expect(broken).toEqual([]);
    const accepted = mutants.filter((text) => parseDomainConfig(text).refused === undefined);
    expect(accepted.length).toBeGreaterThan(mutants.length / 5);
    expect(otherDomains(xl, accepted.slice(0, isDeep ? 5_000 : 150))).toEqual([]);
  });

  judged("reads generated configurations as they were meant", (xl) => {
    const configs = fc.sample(domainConfig, isDeep ? 5_000 : 300);
    const written = configs.map(renderDomainConfig);
    const broken = xl.read(written).flatMap((judgement, at) => {
      const config = configs[at] ?? { others: {}, foreign: [] };
      return faultsOfReading(normalDomainConfig(config), judgement).map((fault) => `${fault}: ${written[at]}`);
    });
    expect(broken).toEqual([]);
    expect(otherDomains(xl, written.slice(0, 50))).toEqual([]);
  });

  judged("numbers devices as we do", (xl) => {
    const names = [
      ...[0, 1, 15, 16, 25, 26, 27, 701, 702, 703, 18277, 18278, 475253, 475254, 2 ** 20 - 1].map(deviceName),
      ...[
        "xvdbgqcw",
        "xvdzzzzz",
        "xvda0",
        "xvda1",
        "xvda15",
        "xvda16",
        "xvda255",
        "xvda256",
        "xvda01",
        "xvdA",
        "xvda{",
      ],
      ...["hda", "hdd", "hde", "hdc1", "hda63", "hda64", "sda", "sdp", "sdq", "sda15", "sda16", "vda", "sr0"],
      ...[
        "d0p0",
        "d1p2",
        "d16p0",
        "d1048575p255",
        "d1048576p0",
        "d0p256",
        "51712",
        "0xca00",
        "2147483647",
        "2147483648",
      ],
      ...fc.sample(fc.nat(2 ** 20 - 1), 300).map(deviceName),
    ];
    const [judgement] = xl.read([`disk = [ ${names.map((name) => `"vdev=${name},target=/a"`).join(", ")} ]\n`]);
    const numbers = judgement?.disks?.map((disk) => disk["number"]);
    expect(names.map((name) => [name, deviceNumber(name) ?? -1])).toEqual(
      names.map((name, at) => [name, numbers?.[at]]),
    );
  });
});

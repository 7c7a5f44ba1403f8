/** Texts as they are found on hosts, against what xl 4.17's own parser said of them (recorded by test/contract/xen). */
import { readFileSync } from "node:fs";
import { parseDomainConfig, renderDomainConfig } from "../../../provider/xen";
import type { Judgement } from "../../support/xl-judge";
import { faultsOfReading } from "../../support/xl-laws";
import { RECORDED, wildTexts } from "../../support/xl-texts";

const recorded = new Map(Object.entries(JSON.parse(readFileSync(RECORDED, "utf8")) as Record<string, Judgement>));
const texts = wildTexts();

describe("a configuration found on a host", () => {
  it("has a title of its own and a recorded answer of xl", () => {
    expect([...recorded.keys()]).toEqual(texts.map(({ title }) => title));
  });

  it.each(texts)("is read as xl reads it: $title", ({ title, text }) => {
    expect(faultsOfReading(parseDomainConfig(text), recorded.get(title) ?? {})).toEqual([]);
  });

  it.each(texts)("is read back as it was read: $title", ({ text }) => {
    const config = parseDomainConfig(text);
    expect(parseDomainConfig(renderDomainConfig(config))).toEqual(config);
  });
});

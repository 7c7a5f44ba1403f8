"use strict";
// A dynamic provider that keeps its things in a folder, a file each, and logs its calls. Tests steer it by properties:
//   failCreate, failUpdate, failDelete: "plain" | "init"; slowMs: create and update take that long; replaceOn: names of
//   properties that force a replacement; deleteFirst: the provider asks for delete before replace; vague: diff leaves
//   `changes` open; effect and plan: passed through, as computed inputs are. The file ID.found of the world is what
//   `read` leaves in the inputs besides.
const { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const world = () => {
  mkdirSync(process.env.THINGS_WORLD, { recursive: true });
  return process.env.THINGS_WORLD;
};
const fileOf = (id) => join(world(), `${id}.json`);
const log = (call, name) => appendFileSync(join(world(), "calls.log"), `${call} ${name}\n`);
const without = ({ __provider, ...properties }) => properties;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const outputsOf = (inputs) => ({ ...without(inputs), stamp: `stamp of ${inputs.name}` });

async function write(id, inputs, how) {
  if (inputs.slowMs) await pause(inputs.slowMs);
  if (how === "plain") throw new Error(`told to fail ${inputs.name}`);
  // `remembers`: what is read back says that the thing is half made, as a provider's phase on the host does.
  const phase = how === "init" && inputs.remembers ? { phase: "half" } : {};
  writeFileSync(fileOf(id), JSON.stringify({ ...outputsOf(inputs), ...phase }));
  if (how === "init") {
    const properties = { ...outputsOf(inputs), phase: "half", __provider: inputs.__provider };
    throw Object.assign(new Error(`half done: ${inputs.name}`), {
      id,
      properties,
      reasons: [`${inputs.name} is half done`],
    });
  }
  return outputsOf(inputs);
}

const provider = {
  check: async (olds, news) => {
    log("check", news.name);
    // What a refresh has found becomes the plan, which stays as it is until something else is found.
    const plan = olds.found ?? olds.plan;
    const failures = news.size === -1 ? [{ property: "size", reason: "size is -1; it must be 0 or more" }] : [];
    return { inputs: plan === undefined ? news : { ...news, plan }, failures };
  },
  diff: async (_id, olds, news) => {
    log("diff", olds.name);
    const differs = (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]);
    const keys = Object.keys({ ...without(olds), ...without(news) }).filter(
      (key) => key !== "stamp" && key !== "phase",
    );
    const replaces = (news.replaceOn ?? []).filter((key) => differs(key) || news[key] === UNKNOWN);
    const changes = news.vague ? undefined : keys.some(differs) || olds.phase === "half";
    return { changes, replaces, deleteBeforeReplace: news.deleteFirst === true };
  },
  create: async (inputs) => {
    log("create", inputs.name);
    const id = `${inputs.name}-${inputs.generation ?? 0}`;
    return { id, outs: await write(id, inputs, inputs.failCreate) };
  },
  update: async (id, _olds, news) => {
    log("update", news.name);
    return { outs: await write(id, news, news.failUpdate) };
  },
  read: async (id, properties) => {
    log("read", properties.name);
    if (!existsSync(fileOf(id))) return { id: "", props: {} };
    const { stamp, phase, ...inputs } = JSON.parse(readFileSync(fileOf(id), "utf8"));
    const found = existsSync(join(world(), `${id}.found`))
      ? { found: readFileSync(join(world(), `${id}.found`), "utf8") }
      : {};
    return { id, props: { ...inputs, stamp, ...(phase ? { phase } : {}) }, inputs: { ...inputs, ...found } };
  },
  delete: async (id, properties) => {
    log("delete", properties.name);
    if (properties.slowMs) await pause(properties.slowMs);
    if (existsSync(join(world(), `${properties.name}.undeletable`)))
      throw new Error(`told not to delete ${properties.name}`);
    rmSync(fileOf(id), { force: true });
  },
};

module.exports = { provider };

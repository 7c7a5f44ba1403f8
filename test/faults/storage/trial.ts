/**
 * One fault at one place of a work: it runs up to the place, the fault strikes, it ends as it may; then the fault is over and the same is
 * done again, or what is there is destroyed first. After that everything is as if nothing had been.
 */
import { createServer } from "node:http";
import { readdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { closeHosts } from "../../../provider/remote";
import { eventually, until } from "../../support/eventually";
import type { Saved } from "../../support/resource-stack";
import type { Transport } from "../../support/transport";
import { type Act, type Acted, type Acting, act, actElsewhere } from "./act";
import { HALF_A_DOWNLOAD, THE_END } from "./places";
import { StorageHost } from "./storage-host";
import { STRIKES, type Strike, type StrikeName } from "./strikes";
import { type Declared, type Work, writeLocal } from "./works";

export interface Undisturbed {
  readonly places: readonly string[];
  /** On the disk when it is done, and when everything is destroyed. */
  readonly done: readonly string[];
  readonly gone: readonly string[];
}

const ORPHANS_GONE_SECONDS = 30;
const RUN_SECONDS = 90;

const courses = new Set<Course>();

/** Ends all that goes on, and takes its disks away. */
export async function endAll(): Promise<void> {
  await Promise.all([...courses].map((course) => course.end()));
}

class Course {
  readonly host: StorageHost;
  readonly work: Work;
  #saved: Saved | undefined;
  #url = "";
  #close = (): void => undefined;

  private constructor(host: StorageHost, work: Work) {
    this.host = host;
    this.work = work;
  }

  static async begin(work: Work, transport: Transport): Promise<Course> {
    const course = new Course(await StorageHost.start(transport), work);
    courses.add(course);
    try {
      await course.#prepare();
    } catch (error) {
      await course.end();
      throw error;
    }
    return course;
  }

  async #prepare(): Promise<void> {
    const { host, work } = this;
    writeLocal(host.local, work);
    await this.#serve();
    work.prepare?.(host);
    host.disk.settle();
    if (work.before === undefined) return;
    const made = await act(this.#act(work.before({ url: this.#url, folder: host.local }), "create"));
    if (made.kind !== "done") throw new Error(`what must be there before was not made: ${JSON.stringify(made)}`);
    this.#saved = made.saved;
    host.disk.settle();
  }

  /** A server that can be held in the middle of what it sends. */
  async #serve(): Promise<void> {
    const { served } = this.work;
    const server = createServer((request, response) => {
      const content = served[request.url ?? ""];
      if (content === undefined) return void response.writeHead(404).end();
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      if (from >= content.length) return void response.writeHead(416).end();
      response.writeHead(from === 0 ? 200 : 206, { "content-length": content.length - from });
      const half = Math.floor((content.length - from) / 2);
      response.write(content.subarray(from, from + half));
      void this.#pass(HALF_A_DOWNLOAD).then(() => response.end(content.subarray(from + half)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    this.#close = () => {
      server.closeAllConnections();
      server.close();
    };
  }

  async #pass(place: string): Promise<void> {
    if (this.#held !== place || this.host.places.isOpen) return;
    this.host.places.reach();
    await until("the download goes on", () => this.host.places.isOpen);
  }
  #held: string | undefined;

  #act(declared: Declared, does: Act["does"], saved = this.#saved): Act {
    const properties = { ...declared.properties, connection: this.host.connection };
    return { kind: declared.kind, does, properties, saved };
  }

  get #declared(): Declared {
    return this.work.declared({ url: this.#url, folder: this.host.local });
  }

  hold(place: string | undefined): void {
    this.#held = place;
    this.host.places.arm(place);
  }

  /** What Pulumi does for what is declared, by the state that there is. */
  do(elsewhere: boolean): Acting {
    const what = this.#act(
      this.#declared,
      this.#saved === undefined ? "create" : this.work.removes === true ? "delete" : "update",
    );
    return elsewhere ? actElsewhere(what) : { ended: act(what), kill: () => undefined };
  }

  /** The state that Pulumi keeps then. */
  keep(acted: Acted): void {
    if (acted.kind === "done" || (acted.kind === "error" && acted.saved !== undefined)) this.#saved = acted.saved;
  }

  get hasState(): boolean {
    return this.#saved !== undefined;
  }

  /** @throws Error where it is not done, or a refresh finds that it is not as declared */
  async finish(): Promise<void> {
    const acted = await bounded(this.do(false).ended);
    if (acted.kind !== "done") throw new Error(`the next run: ${describe(acted)}`);
    this.keep(acted);
    await this.assertAsDeclared();
  }

  async assertAsDeclared(): Promise<void> {
    this.work.assertDone(this.host);
    if (this.work.removes === true || this.#saved === undefined) return;
    const found = await act(this.#act(this.#declared, "refresh"));
    if (found.kind !== "done" || found.saved === undefined)
      throw new Error(`a refresh finds nothing: ${JSON.stringify(found)}`);
    for (const [property, value] of Object.entries(this.#declared.properties)) {
      if (JSON.stringify(found.saved.inputs[property]) !== JSON.stringify(this.#saved.inputs[property]))
        throw new Error(
          `a refresh finds ${property} ${JSON.stringify(found.saved.inputs[property])}, not ${JSON.stringify(value)}`,
        );
    }
    const { phase } = found.saved.outs as { phase?: string };
    if (phase !== "ready") throw new Error(`a refresh finds the phase ${String(phase)}`);
  }

  async destroy(): Promise<void> {
    if (this.#saved === undefined) return;
    const acted = await bounded(act(this.#act(this.#declared, "delete")));
    if (acted.kind !== "done") throw new Error(`the destroy: ${describe(acted)}`);
    this.#saved = undefined;
  }

  async end(): Promise<void> {
    if (!courses.delete(this)) return;
    await closeHosts();
    this.#close();
    await this.host.stop();
  }

  async assertNothingRuns(): Promise<void> {
    await closeHosts();
    await eventually(
      () => {
        const left = this.host.processes();
        if (left.length > 0)
          throw new Error(`still there: ${left.map(({ pid, command }) => `${String(pid)} ${command}`).join("; ")}`);
      },
      { seconds: ORPHANS_GONE_SECONDS, everyMs: 100 },
    );
    const temporary = readdirSync(this.host.temporary);
    if (temporary.length > 0) throw new Error(`temporary files: ${temporary.join(", ")}`);
  }
}

/** The same without any fault: where one could fall, and what is there then. @throws Error where not even that is right */
export async function undisturbed(work: Work, transport: Transport): Promise<Undisturbed> {
  const course = await Course.begin(work, transport);
  try {
    course.hold(undefined);
    const acted = await bounded(course.do(false).ended);
    if (acted.kind !== "done") throw new Error(`without any fault: ${describe(acted)}`);
    course.keep(acted);
    const places = [...new Set(course.host.places.passed())];
    await course.assertAsDeclared();
    const done = course.host.listing();
    await course.destroy();
    await course.assertNothingRuns();
    const half = Object.keys(work.served).length > 0 && work.column !== "grow" ? [HALF_A_DOWNLOAD] : [];
    return {
      places: [...places, ...half, ...(work.column === "unpack" ? ["middle of gzip"] : []), THE_END],
      done,
      gone: course.host.listing(),
    };
  } finally {
    await course.end();
  }
}

/**
 * @param destroysFirst - where there is state after the strike, what is there is destroyed before the next run
 * @throws Error: it did not survive
 */
export async function strikeAt(
  work: Work,
  place: string,
  name: StrikeName,
  control: Undisturbed,
  transport: Transport,
  destroysFirst: boolean,
): Promise<void> {
  const strike: Strike = STRIKES[name];
  const course = await Course.begin(work, transport);
  const { host } = course;
  try {
    course.hold(place);
    const run = course.do(strike.elsewhere === true);
    const first = await met(course, run, strike, place);
    strike.over?.(host);
    course.keep(first);
    await closeHosts();
    work.assertNothingHalf(host);
    if (first.kind === "done") await course.assertAsDeclared();
    else if (first.kind === "error" && first.message.trim().length < 20)
      throw new Error(`an error that says nothing: ${first.message}`);
    if (destroysFirst && first.kind !== "done" && course.hasState && work.removes !== true) {
      await course.destroy();
      same("after the strike and a destroy", host.listing(), control.gone);
    }
    if (work.removes !== true || course.hasState) await course.finish();
    same("when it is done", host.listing(), control.done);
    await course.destroy();
    same("when it is destroyed", host.listing(), control.gone);
    await course.assertNothingRuns();
  } finally {
    await course.end();
  }
}

async function met({ host }: Course, run: Acting, strike: Strike, place: string): Promise<Acted> {
  let ended: Acted | undefined;
  void run.ended.then((how) => {
    ended = how;
  });
  if (place === THE_END) {
    const first = await bounded(run.ended);
    await strike.falls(host, run);
    return first;
  }
  await until(`it comes to ${place}`, () => host.places.isReached() || ended !== undefined);
  if (!host.places.isReached()) throw new Error(`it never came to ${place}: ${JSON.stringify(ended)}`);
  await strike.falls(host, run);
  host.places.letGo();
  return bounded(run.ended);
}

function describe(acted: Acted): string {
  return acted.kind === "error" ? `${acted.code ?? "no class"}: ${acted.message}` : acted.kind;
}

function same(when: string, is: readonly string[], shall: readonly string[]): void {
  const [more, less] = [is.filter((one) => !shall.includes(one)), shall.filter((one) => !is.includes(one))];
  if (more.length + less.length > 0)
    throw new Error(
      `${when} there is ${more.join(", ") || "nothing"} too much, and ${less.join(", ") || "nothing"} is missing`,
    );
}

async function bounded<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not ended after ${String(RUN_SECONDS)} s`));
    }, RUN_SECONDS * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The shells that answer questions over one connection. One does for all, as long as it answers promptly; a further one
 * is opened for those whom a slow question would keep waiting (inquiry.ts decides when).
 */
import { type Mark, asWordOfChosenShell } from "../host-script";
import type { Outcome } from "../link/outcome";
import type { Session } from "../link/session";
import { type Asking, Observer } from "./observer";
import { observerProgram } from "./observer-program";

const ofSession = new WeakMap<Session, Observers>();

export class Observers {
  readonly #session: Session;
  /** At rest, with how to take it back: `false` says that its slot was needed meanwhile. */
  readonly #free: { observer: Observer; take: () => boolean }[] = [];

  private constructor(session: Session) {
    this.#session = session;
  }

  static of(session: Session): Observers {
    const known = ofSession.get(session);
    if (known !== undefined) return known;
    const observers = new Observers(session);
    ofSession.set(session, observers);
    return observers;
  }

  /** @throws ConnectError when the script was certainly not started; anything later is an Outcome. */
  async ask(mark: Mark, script: string, asking: Asking): Promise<Outcome> {
    const observer = this.#takeFree() ?? (await this.#open());
    const outcome = await observer.ask(mark, script, asking);
    if (observer.isUsable) this.#giveBack(observer);
    return outcome;
  }

  #takeFree(): Observer | undefined {
    for (let free = this.#free.pop(); free !== undefined; free = this.#free.pop()) {
      if (free.take() && free.observer.isUsable) return free.observer;
    }
    return undefined;
  }

  #giveBack(observer: Observer): void {
    const take = this.#session.gate.rest(() => {
      observer.close();
    });
    // One that has ended must not be mistaken for a slot that could be given up.
    observer.onEndAtRest = take;
    this.#free.push({ observer, take });
  }

  async #open(): Promise<Observer> {
    return new Observer(await this.#session.openShell(asWordOfChosenShell(observerProgram)));
  }
}

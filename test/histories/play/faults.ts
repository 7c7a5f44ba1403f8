/** Bad luck while an up runs: armed before it, struck when its time has come, gone after it. */
import type { ProviderClient } from "../engine/provider-client";
import type { PretendHost } from "../host/pretend-host";
import type { Fault } from "./history";

export class ArmedFault {
  readonly #host: PretendHost;
  readonly #provider: ProviderClient;
  readonly #fault: Fault;
  #calls = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: PretendHost, provider: ProviderClient, fault: Fault) {
    this.#host = host;
    this.#provider = provider;
    this.#fault = fault;
    if (fault.fault === "installer") {
      host.xen.installers.push(fault.how);
      return;
    }
    const { when } = fault;
    if (!("change" in when)) return;
    let changes = 0;
    host.onChange = () => {
      changes += 1;
      if (changes !== when.change) return undefined;
      if (fault.fault === "failXl")
        return { code: 1, err: "libxl: error: libxl_utils.c: unable to get lock: Resource temporarily unavailable\n" };
      this.#strike();
      return undefined;
    };
  }

  /** A call of the provider begins. */
  call(): void {
    this.#calls += 1;
    if (this.#fault.fault === "installer") return;
    const { when } = this.#fault;
    if ("call" in when && when.call === this.#calls) this.#timer = setTimeout(() => this.#strike(), when.ms);
  }

  disarm(): void {
    clearTimeout(this.#timer);
    this.#host.onChange = undefined;
    this.#host.xen.installers.length = 0;
  }

  #strike(): void {
    switch (this.#fault.fault) {
      case "killProvider":
        this.#provider.kill();
        return;
      case "cutLink":
        this.#host.cutLink();
        return;
      case "killJobs":
        this.#host.killJobs();
        return;
      case "reboot":
        this.#host.reboot(this.#fault.how);
        return;
      case "failXl":
      case "installer":
        return;
    }
  }
}

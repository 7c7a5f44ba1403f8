/** Bad luck while an up runs: armed before it, struck when its time has come, gone after it. */
import type { ProviderClient } from "../engine/provider-client";
import type { PretendHost } from "../host/pretend-host";
import type { Fault } from "./history";
import { kindOfFault } from "./kinds";
import type { Table } from "./table";

export class ArmedFault {
  readonly #host: PretendHost;
  readonly #provider: ProviderClient;
  readonly #fault: Fault;
  #calls = 0;
  #timer: NodeJS.Timeout | undefined;

  readonly #strikes: (kind: string) => void;

  constructor({ host, provider, count }: Pick<Table, "host" | "provider" | "count">, fault: Fault) {
    this.#host = host;
    this.#provider = provider;
    this.#fault = fault;
    this.#strikes = count;
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
      if (fault.fault === "failXl") this.#strikes(kindOfFault(fault));
      if (fault.fault === "failXl")
        return { code: 1, err: "libxl: error: libxl_utils.c: unable to get lock: Resource temporarily unavailable\n" };
      this.#strike();
      // Whoever asked for it is ended; a job goes on without a provider and a link.
      return ["killJobs", "reboot"].includes(fault.fault) ? { code: 137 } : undefined;
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
    if (this.#fault.fault === "installer" && this.#host.xen.installers.length === 0)
      this.#strikes(kindOfFault(this.#fault));
    clearTimeout(this.#timer);
    this.#host.onChange = undefined;
    this.#host.xen.installers.length = 0;
  }

  #strike(): void {
    this.#strikes(kindOfFault(this.#fault));
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

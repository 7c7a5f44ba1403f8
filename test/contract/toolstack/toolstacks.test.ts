/** A guest's life under each toolstack: pretended hosts, and the real xend where PULUMI_XEN_XEND says how to enter a host with it. */
import { toolstackSuite } from "../../suites/toolstack";
import { note } from "../../support/notes";
import { PretendRemote } from "../../support/pretend-remote";
import { type ToolstackHost, enteredHost, pretendedHost } from "../../support/toolstack-host";

let mockRemote: PretendRemote;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => mockRemote,
}));

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(600_000);

function opened(host: ToolstackHost): Promise<ToolstackHost> {
  mockRemote = new PretendRemote(host);
  return Promise.resolve(host);
}

describe.each(["xl", "xm"] as const)("a pretended host with %s", (toolstack) => {
  toolstackSuite({ toolstack, open: () => opened(pretendedHost(toolstack)) });
});

const enter = process.env["PULUMI_XEN_XEND"];
if (enter === undefined) note("not run: no xend: PULUMI_XEN_XEND names no program that enters a host with it");
else {
  describe("a host with the real xend", () => {
    toolstackSuite({ toolstack: "xm", open: () => opened(enteredHost(enter)) });
  });
}

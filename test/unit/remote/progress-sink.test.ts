import { progressOf, showProgress } from "../../../provider/remote/jobs/progress-sink";

describe("the progress of a job", () => {
  const shown: string[] = [];
  beforeAll(() => showProgress((line) => shown.push(line)));
  beforeEach(() => {
    shown.length = 0;
  });

  it("shows each step's title at once, and no mere end of one", () => {
    const tell = progressOf("domu/guest1", () => 0);
    tell("==> create: create the guest");
    tell("<== create: done after 3 s");
    tell("==> wait: wait for tcp port 80");
    expect(shown).toEqual(["domu/guest1: create the guest", "domu/guest1: wait for tcp port 80"]);
  });

  it("shows a failure, and of what a step prints only a line now and then", () => {
    let now = 0;
    const tell = progressOf("host/self", () => now);
    tell("==> install: install Xen");
    tell("Get:1");
    now = 4000;
    tell("Get:2");
    tell("Get:3");
    tell("<== install: failed with exit code 1 after 4 s");
    expect(shown).toEqual([
      "host/self: install Xen",
      "host/self:   Get:2",
      "host/self:   <== install: failed with exit code 1 after 4 s",
    ]);
  });
});

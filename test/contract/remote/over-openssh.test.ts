/** What holds over ssh2 holds over the system's ssh: the same tests again. What only one of them can do is in files of its own. */
import { runOver } from "../../support/transport";

runOver("openssh");

describe("over the system's ssh", () => {
  require("./questions.test");
  require("./jobs.test");
  require("./client-death.test");
  require("./uploads.test");
  require("./sudo-and-ending.test");
});

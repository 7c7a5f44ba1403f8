/**
 * What holds over ssh2 holds over the system's ssh: the tests of these files again, every one (and of questions.test.ts in
 * questions-over-openssh.test.ts, at the same time). What only one of the two can do is in files of its own (openssh.test.ts,
 * ways-in.test.ts).
 */
import { runOver } from "../../support/transport";
import "./client-death.test";
import "./jobs.test";
import "./sudo-and-ending.test";
import "./uploads.test";

// The tests are only registered so far; their servers start later.
runOver("openssh");

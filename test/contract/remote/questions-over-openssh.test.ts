/** What holds of questions over ssh2 holds over the system's ssh: over-openssh.test.ts says more. */
import { runOver } from "../../support/transport";
import "./questions.test";

// The tests are only registered so far; their servers start later.
runOver("openssh");

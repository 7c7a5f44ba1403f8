/** HOW we get there: connections, questions, jobs, files. docs/jobs.md says what is seen of it on the host. */
export type { Connection } from "./connection/connection";
export { closeHosts } from "./pool";
export { showProgress } from "./jobs/progress-sink";
export type { RemoteHost } from "./remote-host";
export { openHost } from "./ssh-host";

/** HOW we get there: connections, questions, jobs, files. docs/jobs.md says what is seen of it on the host. */
export { type Connection, connectionSchema } from "./connection";
export type { HostIdentity } from "./identity";
export { closeHosts } from "./pool";
export { showProgress } from "./progress-sink";
export type { JobResult, Progress, RemoteHost } from "./remote-host";
export { type ExpectedHost, openHost } from "./ssh-host";

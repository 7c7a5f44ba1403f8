/**
 * Ansible: a playbook with a `command` task for each operation, from the start of ansible-playbook to its end. Facts are not
 * gathered and Python's place is given, which is kinder to it than its defaults. It has no way to run tasks of one
 * host at the same time.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTool, tryTool } from "../../../lab/host/tool";
import type { Key } from "../report/figures";
import type { Server } from "../server/sshd";
import { timed } from "../../timing";
import type { Installed } from "./ansible-install";
import { type Competitor, type Ran, numbers } from "./competitor";
import { endMasters, sshOptions } from "./openssh";

const AT_MOST_SECONDS = 900;

export interface AnsibleMode {
  readonly key: Key;
  readonly name: string;
  readonly runs: number;
  /** More environment, given where it is installed. */
  readonly settings: (folder: string) => Promise<NodeJS.ProcessEnv>;
}

export const ANSIBLE_MODES: readonly (AnsibleMode & { readonly needs: "ansible" | "mitogen" })[] = [
  { key: "x_ansible", name: "Ansible, default settings", runs: 1, needs: "ansible", settings: async () => ({}) },
  {
    key: "x_pipelining",
    name: "Ansible, pipelining",
    runs: 1,
    needs: "ansible",
    settings: async () => ({ ANSIBLE_PIPELINING: "True" }),
  },
  {
    key: "x_mitogen",
    name: "Ansible, Mitogen",
    runs: 3,
    needs: "mitogen",
    settings: async (folder) => ({
      ANSIBLE_STRATEGY: "mitogen_linear",
      ANSIBLE_STRATEGY_PLUGINS: join(await folderOfMitogen(folder), "plugins", "strategy"),
    }),
  },
];

export function ansible(
  mode: AnsibleMode,
  installed: Extract<Installed, { isHere: true }>,
  folder: string,
): Competitor {
  return {
    key: mode.key,
    name: `${mode.name} (${installed.version})`,
    runs: mode.runs,
    oneAfterAnother: async (server, count) =>
      play(mode, installed.folder, mkdtempSync(join(folder, "a-")), server, count),
  };
}

async function play(mode: AnsibleMode, installed: string, folder: string, server: Server, count: number): Promise<Ran> {
  const sockets = join(folder, "cp");
  mkdirSync(sockets);
  const python = await runTool("python3", ["-c", "import os, sys; print(os.path.realpath(sys.executable), end='')"]);
  const inventory = join(folder, "hosts.json");
  writeFileSync(inventory, JSON.stringify({ all: { hosts: { host: hostVariables(server, python) } } }));
  const playbook = join(folder, "playbook.json");
  const tasks = numbers(count).map((number) => ({ command: `echo operation-${String(number)}` }));
  writeFileSync(playbook, JSON.stringify([{ hosts: "all", gather_facts: false, tasks }]));
  const settings = join(folder, "ansible.cfg");
  writeFileSync(settings, "");
  const environment: NodeJS.ProcessEnv = {
    ...withoutAnsible(process.env),
    ANSIBLE_CONFIG: settings,
    ANSIBLE_HOME: folder,
    ANSIBLE_LOCAL_TEMP: join(folder, "local"),
    ANSIBLE_REMOTE_TMP: join(folder, "remote"),
    ANSIBLE_SSH_CONTROL_PATH_DIR: sockets,
    ANSIBLE_NOCOLOR: "1",
    ...(await mode.settings(installed)),
  };
  try {
    const { seconds, value } = await timed(() =>
      tryTool(join(installed, "bin", "ansible-playbook"), ["-i", inventory, playbook], {
        env: environment,
        timeoutSeconds: AT_MOST_SECONDS,
      }),
    );
    const succeeded = Number(/^host\s+: ok=(\d+)/m.exec(value.stdout)?.[1] ?? 0);
    if (value.exitCode !== 0)
      throw new Error(`ansible-playbook: ${(value.stderr + value.stdout).trim().slice(-2_000)}`);
    return { seconds, succeeded };
  } finally {
    await endMasters(sockets);
  }
}

function hostVariables(server: Server, python: string): Record<string, unknown> {
  return {
    ansible_host: server.address,
    ansible_port: server.port,
    ansible_user: server.user,
    ansible_ssh_private_key_file: server.privateKeyFile,
    ansible_ssh_common_args: `-F /dev/null ${sshOptions(server).join(" ")}`,
    ansible_python_interpreter: python,
  };
}

/** The settings of whoever runs this have no part in it. */
function withoutAnsible(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("ANSIBLE_")));
}

async function folderOfMitogen(installed: string): Promise<string> {
  const program = "import os, ansible_mitogen; print(os.path.dirname(ansible_mitogen.__file__), end='')";
  return runTool(join(installed, "bin", "python"), ["-c", program]);
}

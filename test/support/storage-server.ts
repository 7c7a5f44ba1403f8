/** A lab host at the other end of the cable that serves storage: NFS shares and an iSCSI disk, with Debian's own servers. */
import { note } from "./notes";
import { type HostChoice, type LabHost, type LinkEnd, ensureFrozen, findHost, thaw } from "../../lab/host";

export const SERVER = "10.9.0.1";
/** What the share of each name does with root: as it is, or made nobody, which is the default of an NFS server. */
export const SHARES = { share: "no_root_squash", squashed: "root_squash" } as const;
export const TARGET = "iqn.2026-11.lab.server:guests";

export interface StorageServer {
  readonly host: LabHost;
  /** stdout of a command there; throws when it fails. */
  readonly raw: (command: string) => Promise<string>;
  close(): Promise<void>;
}

export async function storageServer(name: string, choice: HostChoice, link: LinkEnd): Promise<StorageServer> {
  const frozen = await ensureFrozen(choice);
  await findHost(name)?.stop();
  const host = await thaw(frozen, { name, link });
  const raw = async (command: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await host.run(command, { timeoutSeconds: 300 });
    if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}\n${stdout}${stderr}`);
    return stdout.trim();
  };
  const exports = Object.entries(SHARES).map(
    ([folder, root], index) => `/srv/${folder} 10.9.0.0/24(rw,async,no_subtree_check,${root},fsid=${index + 1})`,
  );
  await raw(`set -e
    ip addr add ${SERVER}/24 dev eth1; ip link set eth1 up
    mkdir -p ${Object.keys(SHARES)
      .map((folder) => `/srv/${folder}`)
      .join(" ")} && chmod 777 /srv/squashed
    printf '%s\\n' ${exports.map((line) => `'${line}'`).join(" ")} >/etc/exports
    # For so long after its start a server gives out nothing new.
    printf '[nfsd]\\ngrace-time=10\\nlease-time=10\\n' >/etc/nfs.conf.d/lab.conf
    systemctl start nfs-server tgt`);
  note("storage server: NFS and iSCSI run");
  return { host, raw, close: () => host.stop() };
}

/** Shell text that makes the file a disk of the target, or puts it in the place of the one that was. */
export function serveDisk(file: string): string {
  const of = "tgtadm --lld iscsi --mode";
  return `${of} target --op show | grep -q '${TARGET}' || {
    ${of} target --op new --tid 1 -T ${TARGET} && ${of} target --op bind --tid 1 -I ALL
  }
  ${of} logicalunit --op delete --tid 1 --lun 1 2>/dev/null || true
  ${of} logicalunit --op new --tid 1 --lun 1 -b ${file}`;
}

#!/bin/bash
# host-storage.sh packages|files ROOT: what a host with storage has more than others (LAB_STORAGE=yes): thin pools whose metadata is
# checked, an iSCSI target and initiator, NFS server and client, XFS (its files can share blocks), and tools that read ISO images.
set -euo pipefail

case $1 in
  packages)
    echo thin-provisioning-tools,tgt,open-iscsi,nfs-kernel-server,nfs-common,xfsprogs,xorriso,libarchive-tools
    ;;
  files)
    wants=$2/etc/systemd/system/multi-user.target.wants
    # A host serves when a test says so: `systemctl start tgt nfs-server`.
    rm -f "$wants/tgt.service" "$wants/nfs-server.service"
    # blkmapd asks for devices of pNFS all the time; nobody has them here.
    ln -sf /dev/null "$2/etc/systemd/system/nfs-blkmap.service"
    ;;
  *)
    echo "host-storage.sh: \"$1\" must be packages or files" >&2
    exit 2
    ;;
esac

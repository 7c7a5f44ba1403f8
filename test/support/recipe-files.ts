/** The network files of the original recipe, byte for byte (CentOS 6): what the host has before, and what the operator made of it by hand. */
export const IFCFG_ETH0 = `DEVICE="eth0"
BOOTPROTO=static
HWADDR="00:0C:29:47:3E:EA"
NM_CONTROLLED="yes"
ONBOOT="yes"
TYPE="Ethernet"
IPADDR=192.168.1.201
NETMASK=255.255.255.0
GATEWAY=192.168.1.253
DNS1=8.8.8.8
`;

export const IFCFG_BR0 = `DEVICE="br0"
BOOTPROTO=static
HWADDR="00:0C:29:47:3E:EA"
NM_CONTROLLED=no
ONBOOT="yes"
TYPE="Bridge"
IPADDR=192.168.1.201
NETMASK=255.255.255.0
GATEWAY=192.168.1.253
DNS1=8.8.8.8
`;

export const IFCFG_ETH0_AFTER = `DEVICE="eth0"
BOOTPROTO=none
HWADDR="00:0C:29:47:3E:EA"
NM_CONTROLLED="no"
ONBOOT="yes"
TYPE="Ethernet"
BRIDGE=br0
`;

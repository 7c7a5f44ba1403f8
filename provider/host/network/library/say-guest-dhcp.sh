# shellcheck shell=sh
# Says what there is of a bridge's dnsmasq: guest-dhcp.dnsmasq, guest-dhcp.config, guest-dhcp.runs. guest-dhcp.sh comes before.
if command -v dnsmasq >/dev/null 2>&1; then say guest-dhcp.dnsmasq yes; else say guest-dhcp.dnsmasq no; fi
if [ -f "$dhcp_folder/dnsmasq.conf" ]; then say_file guest-dhcp.config "$dhcp_folder/dnsmasq.conf"; fi
if dhcp_serves >/dev/null && dhcp_starter >/dev/null; then say guest-dhcp.runs yes; else say guest-dhcp.runs no; fi

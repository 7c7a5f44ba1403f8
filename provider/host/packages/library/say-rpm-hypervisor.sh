# shellcheck shell=sh
# changelog: what rpm tells of the package of $pending_xen, a hypervisor that does not run yet; the lines of versions, dates and advisories,
# 400 at most.
if [ -n "$pending_xen" ]; then
  say changelog "$(rpm -qf --changelog "$pending_xen" 2>/dev/null | grep -E '^\* |(XSA|CVE)-[0-9]' | head -n 400)"
fi

# shellcheck shell=sh
# What Debian's package manager knows of the hypervisor without asking anybody: upgrade.NAME, the installed version and the one that apt
# would install, where they differ; upgrade-log.NAME, the changelog of the latter, where its package has been fetched already; and
# changelog, of the package of $pending_xen, a file that does not run yet.
#
# What is said of a changelog are the lines that tell versions, dates and advisories, 400 at most.
deb_changelog() { zcat 2>/dev/null | grep -E '^[^ ]+ \(|^ -- |(XSA|CVE)-[0-9]' | head -n 400; }
hypervisors=$(dpkg-query -W -f '${Package} ${db:Status-Status} ${Version}\n' 'xen-hypervisor-[0-9]*' 2>/dev/null || :)
while read -r name status version; do
  [ "$status" = installed ] || continue
  candidate=$(apt-cache policy "$name" 2>/dev/null | awk '$1 == "Candidate:" { print $2 }')
  case $candidate in "" | "(none)" | "$version") continue ;; esac
  say "upgrade.$name" "$version $candidate"
  fetched=/var/cache/apt/archives/${name}_$(printf '%s\n' "$candidate" | sed 's/:/%3a/')_amd64.deb
  if [ -r "$fetched" ]; then
    say "upgrade-log.$name" "$(dpkg-deb --fsys-tarfile "$fetched" 2>/dev/null | tar -xO -f - "./usr/share/doc/$name/changelog.Debian.gz" 2>/dev/null | deb_changelog)"
  fi
done <<END
$hypervisors
END
if [ -n "$pending_xen" ]; then
  owner=$(dpkg-query -S "$pending_xen" 2>/dev/null | head -n 1)
  log=/usr/share/doc/${owner%%:*}/changelog.Debian.gz
  if [ -n "$owner" ] && [ -r "$log" ]; then say changelog "$(deb_changelog <"$log")"; fi
fi

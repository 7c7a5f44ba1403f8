/** Where init systems look: in a test they lie below its own folder, since a test's services are never this machine's. */
export const INIT_PLACES =
  /\/(?:etc\/(?:init\.d|rc\[?[S\d]+\]?\.d|runlevels|systemd\/system|cron\.daily|periodic)|run\/(?:systemd|openrc)|var\/run)\b/g;

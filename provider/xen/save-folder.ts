/** Where xendomains keeps the memory of guests over a reboot of the host, unless its settings (XENDOMAINS_SAVE) say otherwise. */
export const SAVE_FOLDER = "/var/lib/xen/save";

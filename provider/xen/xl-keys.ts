/**
 * How xl reads the keys that have no property of ours (xl_parse.c of 4.17 to 4.23): the same setting may be written
 * `1`, `"1"` and `0x1` where it is a number, and only there.
 */

/** Read as a number, or as a switch that any number but 0 turns on. */
const NUMBERS: ReadonlySet<string> = new Set(
  words(`
    acpi acpi_laptop_slate acpi_s3 acpi_s4 altp2m altp2m_count altp2mhvm apic cap cpu_weight
    device_model_stubdomain_override dm_restrict driver_domain e820_host extratime gfx_passthru hap hpet
    hvm_pirq latency localtime max_event_channels max_grant_frames max_grant_version max_maptrack_frames
    mmio_hole msr_relaxed nestedhvm nographic nomigrate nr_spis nx oos opengl pae pci_msitranslate
    pci_permissive pci_power_mgmt pci_seize period pvshim rdm_mem_boundary rtc_timeoffset sdl shadow_memory
    slice spice spice_clipboard_sharing spiceagent_mouse spicedisable_ticketing spiceport spicetls_port
    spiceusbredirection spicevdagent stdvga stubdomain_memory timer_mode trap_unmapped_accesses tsc_mode usb
    usbversion videoram viridian vkb_device vmtrace_buf_kb vnc vncdisplay vncunused vncviewer vpmu vpt_align
    xen_platform_pci xen_platform_pci_bar_uc xend_suspend_evtchn_compat xenstore_feature_mask
  `),
);

/** Read as a string. */
const STRINGS: ReadonlySet<string> = new Set(
  words(`
    acpi_firmware altp2m arm_sci bios bios_path_override boot bootloader_args builder cmdline cpuid cpus_soft
    device_model device_model_override device_model_stubdomain_seclabel device_model_user device_model_version
    device_tree display firmware firmware_override gfx_passthru gic_version hdtype init_seclabel keymap
    ms_vm_genid on_soft_reset on_watchdog passthrough pool pvshim_cmdline pvshim_extra pvshim_path rdm seclabel
    serial smbios_firmware soundhw spice_image_compression spice_streaming_video spicehost spicepasswd
    stubdomain_cmdline stubdomain_kernel stubdomain_ramdisk sve tee timer_mode tsc_mode usbdevice vendor_device
    vga vnclisten vncpasswd vuart xauthority
  `),
);

/** Read as a list. */
const LISTS: ReadonlySet<string> = new Set(
  words(`
    bootloader_args channel cpuid cpus_soft device_model_args dtdev iomem ioports irqs llc_colors mca_caps p9
    pci pvcalls serial smbios usbctrl usbdev usbdevice vdispl vif2 viridian virtio vkb vnuma vsnd vtpm
    xenstore_quota
  `),
);

export type XlKind = "number" | "string" | "list";

/** As what xl reads the key; several where it tries one after the other, none where it does not know the key. */
export function kindsOf(key: string): readonly XlKind[] {
  return [
    ...(NUMBERS.has(key) ? (["number"] as const) : []),
    ...(STRINGS.has(key) ? (["string"] as const) : []),
    ...(LISTS.has(key) ? (["list"] as const) : []),
  ];
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

# menu-write.py MODE MENU DEFAULT_FILE [HYPERVISOR XEN_ARGS VERSION KERNEL_ARGS RAMDISK TRIAL_WORDS]: prints the menu as it is to be. Behind menu.py.
#
#   menu      with an entry of ours for Xen at its end; plain Linux is the default
#   trial     the same; its default is "saved", and the entry saves Linux for the next boot before Xen is even loaded
#   xen       the same, and Xen is the default
#   linux     with plain Linux as its default
#   end       without what is left of a trial
#   remove    as it was before us
BEGIN = "# pulumi-xen: begin. Written by pulumi-xen (XenHost); changes up to its end are overwritten."


# Its lines but ours, with these settings; None: without that line.
def without_us(menu, settings):
    lines, missing = [], [name for name in ("default", "fallback") if name not in menu.settings]
    for line in menu.lines:
        for name in ("default", "fallback"):
            if line is menu.settings.get(name):
                line = settings[name]
        if line is None:
            continue
        if missing and re.match(r"\s*title(\s|$)", line):
            lines += [settings[name] for name in missing if settings[name] is not None]
            missing = []
        lines.append(line)
    return lines


def with_us(menu, default, linux, block):
    number = menu.others.index(linux)
    settings = {"default": "default=%s" % default, "fallback": "fallback=%d" % number}
    was = dict((name, menu.was.get(name, menu.settings.get(name, ""))) for name in settings)
    notes = [WAS + "%s: %s" % (name, was[name]) for name in ("default", "fallback")]
    return without_us(menu, settings) + [BEGIN] + notes + block + [END]


# paths: of the hypervisor, the kernel and its ramdisk, as GRUB sees them. on_trial: the number of Linux, or None.
def block_of(root, version, paths, xen_args, kernel_args, on_trial, trial_words=[]):
    lines = ["title Xen (%s)" % version]
    if on_trial is not None:
        lines.append("\tsavedefault %d" % on_trial)
        kernel_args = kernel_args + trial_words
    if root is not None:
        lines.append(root)
    lines.append(" ".join(["\tkernel", paths[0]] + xen_args))
    lines.append(" ".join(["\tmodule", paths[1]] + kernel_args))
    return lines + ["\tmodule " + paths[2]] if paths[2] else lines


def changed(menu, mode, more):
    linux = menu.plain_linux()
    if linux is None:
        sys.exit("the menu has no entry for plain Linux to come back to")
    number = menu.others.index(linux)
    if mode == "remove":
        was = dict((name, menu.was.get(name, menu.settings.get(name, ""))) for name in ("default", "fallback"))
        if menu.own is not None and value_of(was["default"] or "default=0") not in ("saved", str(number)):
            was["default"] = "default=%d" % number
        return without_us(menu, dict((name, was[name] or None) for name in was))
    if mode in ("linux", "end"):
        if menu.own is None:
            return without_us(menu, {"default": "default=%d" % number, "fallback": menu.settings.get("fallback")})
        stays = mode == "end" and not menu.is_saved and menu.default is not None
        default = menu.entries.index(menu.default) if stays else number
        path, kernel_args = menu.own.linux()
        words = (menu.own.kernel or "").split()
        ramdisk = menu.own.modules[1].split()[1] if len(menu.own.modules) > 1 else ""
        version = os.path.basename(path)[len("vmlinuz-"):]
        kept = [word for word in kernel_args if word not in ON_TRIAL]
        if stays and menu.default.is_own:
            default = len(menu.others)
        elif stays:
            default = menu.others.index(menu.default)
        return with_us(menu, default, linux, block_of(menu.own.root, version, (words[1], path, ramdisk), words[2:], kept, None))
    hypervisor, xen_args, version, kernel_args, ramdisk, trial_words = more
    source = menu.source_of(version, linux)
    folder = re.sub(r"[^/]*$", "", source.linux()[0])
    arguments = [word for word in source.linux()[1] if word not in ON_TRIAL]
    arguments += [word for word in words_of(kernel_args) if word not in arguments]
    paths = (folder + hypervisor, folder + "vmlinuz-" + version, folder + ramdisk if ramdisk else "")
    block = block_of(source.root, version, paths, xen_args.split(), arguments, number if mode == "trial" else None, trial_words.split())
    default = {"menu": number, "trial": "saved", "xen": len(menu.others)}[mode]
    return with_us(menu, default, linux, block)


put(changed(menu_at(sys.argv[2], sys.argv[3]), sys.argv[1], sys.argv[4:]))

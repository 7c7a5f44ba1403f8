# menu-facts.py MENU DEFAULT_FILE: prints what the menu says, a key and its value a line. Behind menu.py.
def facts(menu):
    linux = menu.plain_linux()
    said = []
    if linux is not None:
        said.append(("linux", str(menu.others.index(linux))))
    default = menu.default
    said.append(("default", "own" if default is not None and default.is_own else "other" if default is None or not default.is_plain() else "linux"))
    if menu.is_saved:
        said.append(("saved", "yes"))
    if menu.fallback is not None and not menu.fallback.is_own and menu.fallback.is_plain():
        said.append(("fallback", "linux"))
    if menu.own is not None:
        path, kernel_args = menu.own.linux()
        version = os.path.basename(path)[len("vmlinuz-"):]
        source = menu.source_of(version, linux)
        said.append(("version", version))
        said.append(("own.xen", " ".join((menu.own.kernel or "").split()[2:])))
        said.append(("own.kernel", " ".join(word for word in kernel_args if word not in ON_TRIAL)))
        if source is not None:
            said.append(("source.kernel", " ".join(source.linux()[1])))
        if menu.own.returns:
            said.append(("trial", "armed"))
    return ["%s %s" % fact for fact in said]


put(facts(menu_at(sys.argv[1], sys.argv[2])))

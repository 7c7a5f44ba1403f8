/** A property's path as a program writes it: the constructors give `host` and `image` other names. Pure. */

/** Of what is on a host: `connection` is what its argument `host` stands for. */
export function onHost(property: string): string {
  return property.replace(/^connection(?![A-Za-z])/, "host");
}

export function ofGuest(property: string): string {
  return onHost(property)
    .replace(/^(disks\[\d+\])\.path$/, "$1.image")
    .replace(/^install\.media\..*/, "install.media");
}

/*
 * Preloaded into the real xl, so that `xl -N create FILE` (read, print, do nothing) runs where there is no hypervisor:
 * what xl asks Xen while it starts is answered here. Nothing of how it reads a configuration is touched.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

void *xc_interface_open(void *logger, void *dombuild_logger, unsigned flags) { return calloc(1, 65536); }
int xc_interface_close(void *handle) { return 0; }
void *xs_open(unsigned long flags) { return calloc(1, 65536); }
void xs_close(void *handle) {}
int libxl_get_physinfo(void *ctx, void *info) { return 0; }
int libxl_get_max_cpus(void *ctx) { return 64; }
int libxl_get_max_nodes(void *ctx) { return 2; }

/* Without it xl looks into Xen's version whether dom0's memory is fixed. */
int libxl_read_file_contents(void *ctx, const char *name, void **data, int *length) {
  static const char settings[] = "autoballoon=\"0\"\n";
  if (!strcmp(name, "/etc/xen/xl.conf")) {
    *data = strdup(settings);
    *length = sizeof settings - 1;
    return 0;
  }
  int (*real)(void *, const char *, void **, int *) = dlsym(RTLD_NEXT, "libxl_read_file_contents");
  return real(ctx, name, data, length);
}

/*
 * Prints what xl's own parser (libxlutil) makes of configuration texts: one line of JSON for each.
 *
 * Standard input is a row of texts, each as its length in bytes, a line end, and the text. Each text is read in a
 * process of its own, since libxlutil holds assertions.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libxlutil.h>

/* The private layout of libxlutil (libxlu_internal.h, alike in 4.14 to 4.23): it has no function that names the keys. */
struct setting {
  struct setting *next;
  char *name;
  XLU_ConfigValue *value;
  enum XLU_Operation op;
  int lineno;
};
struct config {
  struct setting *settings;
};

/* Of libxenlight's static archive; not in its public headers. */
int libxl__device_disk_dev_number(const char *virtpath, int *pdisk, int *ppartition);

static void string(const char *text) {
  if (!text) {
    fputs("null", stdout);
    return;
  }
  putchar('"');
  for (; *text; text++) {
    unsigned char c = *text;
    if (c < 0x20 || c == '"' || c == '\\')
      printf("\\u%04x", c);
    else
      putchar(c);
  }
  putchar('"');
}

static void field(const char *name, const char *text) {
  printf(",\"%s\":", name);
  string(text);
}

static void flag(const char *name, libxl_defbool value) {
  if (!libxl_defbool_is_default(value)) printf(",\"%s\":%d", name, libxl_defbool_val(value));
}

static void value_out(XLU_Config *cfg, XLU_ConfigValue *value) {
  if (xlu_cfg_value_type(value) == XLU_STRING) {
    char *text;
    xlu_cfg_value_get_string(cfg, value, &text, 1);
    string(text);
    return;
  }
  XLU_ConfigList *list;
  XLU_ConfigValue *item;
  xlu_cfg_value_get_list(cfg, value, &list, 1);
  putchar('[');
  for (int i = 0; (item = xlu_cfg_get_listitem2(list, i)) != NULL; i++) {
    if (i) putchar(',');
    value_out(cfg, item);
  }
  putchar(']');
}

static void disk_out(const char *spec) {
  char *report = NULL;
  size_t length = 0;
  FILE *to = open_memstream(&report, &length);
  XLU_Config *cfg = xlu_cfg_init(to, "disk");
  libxl_device_disk disk;
  libxl_device_disk_init(&disk);
  int error = xlu_disk_parse(cfg, 1, &spec, &disk);
  fclose(to);
  if (error) {
    printf("{\"refused\":");
    string(report);
    putchar('}');
    return;
  }
  printf("{\"number\":%d", libxl__device_disk_dev_number(disk.vdev, NULL, NULL));
  printf(",\"format\":\"%s\"", libxl_disk_format_to_string(disk.format));
  printf(",\"backend\":\"%s\"", libxl_disk_backend_to_string(disk.backend));
  printf(",\"removable\":%d,\"readwrite\":%d,\"cdrom\":%d,\"directIoSafe\":%d,\"coloPort\":%d", disk.removable,
         disk.readwrite, disk.is_cdrom, (int)disk.direct_io_safe, disk.colo_port);
  printf(",\"specification\":%d", (int)disk.specification);
  field("target", disk.pdev_path);
  field("device", disk.vdev);
  field("script", disk.script);
  field("backendDomain", disk.backend_domname);
  field("coloHost", disk.colo_host);
  field("coloExport", disk.colo_export);
  field("activeDisk", disk.active_disk);
  field("hiddenDisk", disk.hidden_disk);
  flag("discard", disk.discard_enable);
  flag("colo", disk.colo_enable);
  flag("trusted", disk.trusted);
  putchar('}');
}

static void judge(const char *data, int length) {
  char *report = NULL;
  size_t reported = 0;
  FILE *to = open_memstream(&report, &reported);
  XLU_Config *cfg = xlu_cfg_init(to, "cfg");
  int error = xlu_cfg_readdata(cfg, data, length);
  fflush(to);
  if (error) {
    printf("{\"refused\":");
    string(report);
    printf("}\n");
    return;
  }
  printf("{\"keys\":{");
  const char *comma = "";
  for (struct setting *set = ((struct config *)cfg)->settings; set; set = set->next) {
    int is_newest = 1;
    for (struct setting *later = ((struct config *)cfg)->settings; later != set; later = later->next)
      if (!strcmp(later->name, set->name)) is_newest = 0;
    if (!is_newest) continue; /* xl looks at the newest only */
    long number;
    printf("%s", comma);
    string(set->name);
    printf(":{\"value\":");
    value_out(cfg, set->value);
    if (!xlu_cfg_get_long(cfg, set->name, &number, 1)) printf(",\"number\":\"%ld\"", number);
    putchar('}');
    comma = ",";
  }
  printf("},\"disks\":[");
  XLU_ConfigList *disks;
  const char *spec;
  if (!xlu_cfg_get_list(cfg, "disk", &disks, NULL, 1))
    for (int i = 0; (spec = xlu_cfg_get_listitem(disks, i)) != NULL; i++) {
      if (i) putchar(',');
      disk_out(spec);
    }
  printf("]}\n");
}

int main(void) {
  int length;
  while (scanf("%d", &length) == 1 && getchar() == '\n') {
    char *data = malloc(length + 1);
    if (fread(data, 1, length, stdin) != (size_t)length) return 2;
    data[length] = 0;
    pid_t child = fork();
    if (child == 0) {
      judge(data, length);
      fflush(stdout);
      _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    if (status != 0) printf("{\"crashed\":%d}\n", status);
    fflush(stdout);
    free(data);
  }
  return 0;
}

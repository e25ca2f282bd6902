/* Every wait for the disk takes DISK_MS milliseconds longer: a card or a cheap disk, tried on a fast one.
   Loaded before the server by benchmarks/disk.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*flush)(int);

static int slowly(const char *name, int file) {
  const char *told = getenv("DISK_MS");
  double ms = told ? atof(told) : 0.0;
  struct timespec wait = {(time_t)(ms / 1000), (long)(ms * 1e6) % 1000000000L};
  nanosleep(&wait, NULL);
  return ((flush)dlsym(RTLD_NEXT, name))(file);
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }

/* Laid before a program by LD_PRELOAD: every sync of a file takes BENCH_SYNC_US microseconds more and is counted in the
 * file BENCH_SYNC_COUNT (eight octets, the number itself). It changes nothing else and fails nothing. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static long extra_us;
static _Atomic uint64_t *count;
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    const char *us = getenv("BENCH_SYNC_US"), *path = getenv("BENCH_SYNC_COUNT");
    extra_us = us ? atol(us) : 0;
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd >= 0) {
        void *page = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        count = page == MAP_FAILED ? NULL : page;
        close(fd);
    }
}

/* The wait comes after the real sync, so that what is durable is durable when the caller goes on. */
static int counted(int (*real)(int), int fd) {
    int result = real(fd), error = errno;
    if (count)
        ++*count;
    if (extra_us > 0) {
        struct timespec left = {extra_us / 1000000, extra_us % 1000000 * 1000};
        while (nanosleep(&left, &left) != 0 && errno == EINTR) {
        }
    }
    errno = error;
    return result;
}

int fsync(int fd) { return counted(real_fsync, fd); }
int fdatasync(int fd) { return counted(real_fdatasync, fd); }

/* A disk that fails, is slow, and forgets: loaded before the finished binary (LD_PRELOAD), which knows nothing of it.
 *
 * FAULTY_DIR            files whose path begins so are touched, all others are not
 * FAULTY_SYNC_DELAY_MS  every fsync and fdatasync takes so much longer; alone enough for a benchmark
 * FAULTY_CONTROL        a file of 64-bit numbers (enum below) that a test writes while the program runs, and reads back
 * FAULTY_LOG            every write, truncation, removal and sync in order: what a loss of power would have left can be
 *                       made from a copy of the directory and this
 *
 * Not seen: memory-mapped files (SQLite's shared index, which a crash throws away in any case) and raw system calls
 * (locks and ballast). Names in a directory are taken to last as soon as they are made.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { DELAY_US, WRITE_AT, SYNC_AT, ERRNO, STAYS, SHORT, WRITES, SYNCS, FIRED, FILES, NUMBERS };
enum { DATABASE = 1, LOG = 2, OTHER = 4 };
enum { WRITE = 1, TRUNCATE, SYNC_BEGINS, SYNCED, REMOVE, RENAME };

struct record { uint32_t what, path; uint64_t offset, length; };

#define FDS 4096
static char *paths[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int64_t fallback[NUMBERS], *control = fallback;
static const char *dir;
static int record_fd = -1;
static uint64_t syncs_begun;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *), (*real_rename)(const char *, const char *);

static void begin(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_writev = dlsym(RTLD_NEXT, "writev");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    dir = getenv("FAULTY_DIR");
    const char *delay = getenv("FAULTY_SYNC_DELAY_MS"), *name = getenv("FAULTY_CONTROL"), *log = getenv("FAULTY_LOG");
    if (name) {
        int fd = real_open(name, O_RDWR | O_CLOEXEC);
        void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof fallback, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at == MAP_FAILED) abort(); /* a test that cannot give orders proves nothing */
        control = at;
        real_close(fd);
    }
    if (delay) control[DELAY_US] = atoll(delay) * 1000;
    if (log && (record_fd = real_open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) < 0) abort();
}

static void ready(void) { pthread_once(&once, begin); }

static int ours(const char *path) { return dir && path && strncmp(path, dir, strlen(dir)) == 0; }

static int opened(int fd, const char *path, int flags);

static void put(int what, const char *path, uint64_t offset, const void *data, uint64_t length) {
    if (record_fd < 0) return;
    struct record head = { what, strlen(path), offset, length };
    struct iovec all[3] = { { &head, sizeof head }, { (void *)path, head.path }, { (void *)data, data ? length : 0 } };
    if (real_writev(record_fd, all, 3) < 0) abort();
}

static int opened(int fd, const char *path, int flags) {
    if (fd >= 0 && fd < FDS && ours(path)) {
        pthread_mutex_lock(&lock);
        free(paths[fd]);
        paths[fd] = strdup(path);
        if (flags & O_TRUNC) put(TRUNCATE, path, 0, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return fd;
}

static int meant(const char *path) {
    size_t n = strlen(path);
    int kind = n > 3 && !strcmp(path + n - 3, ".db") ? DATABASE : n > 4 && !strcmp(path + n - 4, "-wal") ? LOG : OTHER;
    return control[FILES] == 0 || (control[FILES] & kind);
}

/* Whether this operation is the one that fails; called under the lock. */
static int fails(const char *path, int seen, int at) {
    if (!meant(path)) return 0;
    control[seen]++;
    if (control[at] <= 0) return 0;
    if (control[at] > 1) { control[at]--; return 0; }
    if (!control[STAYS]) control[at] = 0;
    control[FIRED]++;
    return 1;
}

static ssize_t written(int fd, const void *data, size_t length, off_t at, int placed) {
    pthread_mutex_lock(&lock);
    const char *path = paths[fd];
    if (!placed) {
        struct stat st;
        int append = fcntl(fd, F_GETFL) & O_APPEND;
        at = append && fstat(fd, &st) == 0 ? st.st_size : lseek(fd, 0, SEEK_CUR);
    }
    ssize_t done;
    if (fails(path, WRITES, WRITE_AT)) {
        if (control[SHORT] && length > 1) {
            length /= 2; /* half of it now; the caller's next try finds the error */
            control[SHORT] = 0;
            control[WRITE_AT] = 1;
        } else {
            errno = control[ERRNO];
            pthread_mutex_unlock(&lock);
            return -1;
        }
    }
    done = placed ? real_pwrite(fd, data, length, at) : real_write(fd, data, length);
    if (done > 0) put(WRITE, path, at, data, done);
    pthread_mutex_unlock(&lock);
    return done;
}

static int synced(int fd, int (*real)(int)) {
    pthread_mutex_lock(&lock);
    uint64_t number = ++syncs_begun;
    int failing = fails(paths[fd], SYNCS, SYNC_AT);
    char *path = strdup(paths[fd]);
    if (!failing) put(SYNC_BEGINS, path, number, NULL, 0);
    pthread_mutex_unlock(&lock);
    int64_t delay = control[DELAY_US];
    if (delay > 0) {
        struct timespec pause = { delay / 1000000, delay % 1000000 * 1000 };
        nanosleep(&pause, NULL);
    }
    int done = failing ? -1 : real(fd);
    if (done == 0) {
        pthread_mutex_lock(&lock);
        put(SYNCED, path, number, NULL, 0);
        pthread_mutex_unlock(&lock);
    } else if (failing) {
        errno = control[ERRNO];
    }
    free(path);
    return done;
}

static int tracked(int fd) { ready(); return fd >= 0 && fd < FDS && paths[fd]; }

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, int); va_end(a); }

int open(const char *path, int flags, ...) { MODE ready(); return opened(real_open(path, flags, mode), path, flags); }
int open64(const char *path, int flags, ...) { MODE ready(); return opened(real_open(path, flags, mode), path, flags); }

int close(int fd) {
    if (tracked(fd)) {
        pthread_mutex_lock(&lock);
        free(paths[fd]);
        paths[fd] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return real_close(fd);
}

ssize_t write(int fd, const void *data, size_t n) { return tracked(fd) ? written(fd, data, n, 0, 0) : real_write(fd, data, n); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return tracked(fd) ? written(fd, data, n, at, 1) : real_pwrite(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off_t at) { return tracked(fd) ? written(fd, data, n, at, 1) : real_pwrite(fd, data, n, at); }
int fsync(int fd) { return tracked(fd) ? synced(fd, real_fsync) : real_fsync(fd); }
int fdatasync(int fd) { return tracked(fd) ? synced(fd, real_fdatasync) : real_fdatasync(fd); }

static int cut(int fd, off_t length) {
    if (!tracked(fd)) return real_ftruncate(fd, length);
    pthread_mutex_lock(&lock);
    int done = real_ftruncate(fd, length);
    if (done == 0) put(TRUNCATE, paths[fd], length, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}
int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off_t length) { return cut(fd, length); }

int unlink(const char *path) {
    ready();
    int done = real_unlink(path);
    if (done == 0 && ours(path)) {
        pthread_mutex_lock(&lock);
        put(REMOVE, path, 0, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

int rename(const char *from, const char *to) {
    ready();
    int done = real_rename(from, to);
    if (done == 0 && ours(from)) {
        pthread_mutex_lock(&lock);
        put(RENAME, from, 0, to, strlen(to));
        pthread_mutex_unlock(&lock);
    }
    return done;
}

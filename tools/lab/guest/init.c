// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Process 1 of the lab's guests (/sbin/init in the guest's root image), and their /sbin/poweroff,
 * halt and reboot.
 *
 * A root disk that the guest may not write gets a tmpfs above it, so many guests share one
 * image. Then either a login on hvc0, or, with "xenify.agent" on the kernel's command line,
 * the agent that tools/lab/dom0/guest-run.c speaks with.
 *
 * Kernel parameters: xenify.agent, xenify.ip=ADDRESS/LENGTH (of eth0), xenify.name=HOST.
 *
 * A program and not a script, for each that a script starts takes 40 ms of the emulated CPU, and
 * the cases start a hundred guests. Only what is not a system call or two is another program's.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODULES "/lib/modules"

/* What the kernel's command line says. */
struct parameters {
	char name[64];
	char ip[64];
	int agent;
};

static void wait_for(pid_t pid)
{
	pid_t ended;

	do
		ended = wait(NULL);
	while (ended != pid && ended > 0);
}

static void run(char *const argv[])
{
	pid_t pid = fork();

	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	wait_for(pid);
}

static int holds(const char *path, const char *what)
{
	char line[256];
	FILE *file = fopen(path, "r");
	int found = 0;

	while (file && !found && fgets(line, sizeof(line), file))
		found = !!strstr(line, what);
	if (file)
		fclose(file);
	return found;
}

/* Kernels with all of it built in have no such directory. */
static void load(char *module)
{
	char path[sizeof(MODULES) + sizeof(struct utsname)];
	struct utsname kernel;

	uname(&kernel);
	snprintf(path, sizeof(path), MODULES "/%s", kernel.release);
	if (!access(path, F_OK))
		run((char *[]){ "modprobe", "-q", module, NULL });
}

static void early(void)
{
	struct stat st;

	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	/* The kernel may have mounted it. */
	if (stat("/dev/hvc0", &st))
		mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("tmpfs", "/run", "tmpfs", 0, "mode=755");
	/* The kernel's modules, where it has any, are a disk of their own. */
	if (!stat("/dev/xvdz", &st))
		mount("/dev/xvdz", MODULES, "ext4", MS_RDONLY, NULL);
}

static int root_is_read_only(void)
{
	char path[64];
	struct stat st;

	if (stat("/", &st))
		return 0;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/ro", major(st.st_dev),
		 minor(st.st_dev));
	return holds(path, "1");
}

/* Everything that is written goes to memory. Return: 0 if it does. */
static int overlay(void)
{
	static const char *const moved[] = { "/proc", "/sys", "/dev", MODULES };
	char to[64];

	if (!holds("/proc/filesystems", "overlay"))
		load("overlay");
	mkdir("/run/root", 0755);
	mkdir("/run/root/upper", 0755);
	mkdir("/run/root/work", 0755);
	mkdir("/run/new", 0755);
	if (mount("overlay", "/run/new", "overlay", 0,
		  "lowerdir=/,upperdir=/run/root/upper,workdir=/run/root/work"))
		return -1;
	for (size_t i = 0; i < sizeof(moved) / sizeof(*moved); i++) {
		/* Of the last one there may be none. */
		snprintf(to, sizeof(to), "/run/new%s", moved[i]);
		mount(moved[i], to, NULL, MS_MOVE, NULL);
	}
	if (chdir("/run/new") || syscall(SYS_pivot_root, ".", "mnt") || chroot("."))
		return -1;
	mount("tmpfs", "/run", "tmpfs", 0, "mode=755");
	return chdir("/");
}

/* A kernel without overlayfs: at least the places that programs write to. */
static void scratch(void)
{
	static const char *const places[] = { "/tmp", "/var/tmp", "/var/log", "/root" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		mount("tmpfs", places[i], "tmpfs", 0, NULL);
}

static void devices(void)
{
	mkdir("/dev/pts", 0755);
	mkdir("/dev/shm", 01777);
	mkdir("/run/lock", 0755);
	mount("devpts", "/dev/pts", "devpts", 0, "gid=5,mode=620");
	mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL);
	/* Where one is already, it is the same. */
	(void)!symlink("/proc/self/fd", "/dev/fd");
	(void)!symlink("/proc/self/fd/0", "/dev/stdin");
	(void)!symlink("/proc/self/fd/1", "/dev/stdout");
	(void)!symlink("/proc/self/fd/2", "/dev/stderr");
}

/* What stands behind the key, if that is what the word begins with. */
static void take(const char *word, const char *key, char *to, size_t room)
{
	size_t len = strlen(key);

	if (!strncmp(word, key, len))
		snprintf(to, room, "%s", word + len);
}

static void read_parameters(struct parameters *told)
{
	static char line[4096];
	FILE *file = fopen("/proc/cmdline", "r");

	*told = (struct parameters){ .name = "guest" };
	if (!file || !fgets(line, sizeof(line), file))
		return;
	fclose(file);
	line[strcspn(line, "\n")] = 0;
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
		take(word, "xenify.name=", told->name, sizeof(told->name));
		take(word, "xenify.ip=", told->ip, sizeof(told->ip));
		told->agent |= !strcmp(word, "xenify.agent");
	}
}

static void set_up(const char *interface)
{
	struct ifreq request = { .ifr_flags = 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	if (!ioctl(fd, SIOCGIFFLAGS, &request)) {
		request.ifr_flags |= IFF_UP;
		ioctl(fd, SIOCSIFFLAGS, &request);
	}
	close(fd);
}

static void network(const struct parameters *told)
{
	set_up("lo");
	load("xen-netfront");
	if (!told->ip[0])
		return;
	run((char *[]){ "ip", "addr", "add", (char *)told->ip, "dev", "eth0", NULL });
	set_up("eth0");
}

/* Process 1 has to outlive whatever runs on the console. */
static void serve(int agent)
{
	static char *const speak[] = { "/sbin/xenify-agent", NULL };
	static char *const login[] = { "agetty", "--noclear", "hvc0", "linux", NULL };
	char *const *argv = agent ? speak : login;

	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			setsid();
			execvp(argv[0], argv);
			_exit(127);
		}
		wait_for(pid);
		sleep(1);
	}
}

/* There is no service manager to ask, so write back what is to be written, and go. */
static int leave(const char *how)
{
	sync();
	return reboot(!strcmp(how, "reboot") ? RB_AUTOBOOT :
		      !strcmp(how, "halt") ? RB_HALT_SYSTEM : RB_POWER_OFF);
}

int main(int argc, char **argv)
{
	struct parameters told;

	(void)argc;
	if (getpid() != 1)
		return leave(basename(argv[0])) ? 1 : 0;
	clearenv();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("LANG", "C.UTF-8", 1);
	early();
	if (!root_is_read_only())
		mount(NULL, "/", NULL, MS_REMOUNT, NULL);
	else if (overlay())
		scratch();
	devices();
	read_parameters(&told);
	sethostname(told.name, strlen(told.name));
	network(&told);
	serve(told.agent);
}

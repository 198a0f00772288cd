// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The connection to Xen: is it running, open libxl. Called first by every verb that
 * talks to Xen.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxl_utils.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xen/io/xs_wire.h>
#include <xenstore.h>
#include <xenstore_lib.h>

#include "xm.h"

#define BACKEND "/sys/module/xen_blkback"

static bool is_domain0(void)
{
	return !access("/dev/xen/privcmd", F_OK) ||
	       !access("/proc/xen/privcmd", F_OK);
}

/* Return: 0, or why not, as errno has it. */
static int daemon_listens(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return errno;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s",
		 xs_daemon_socket());
	err = connect(fd, (struct sockaddr *)&addr, sizeof(addr)) ? errno : 0;
	close(fd);
	return err;
}

/*
 * xenstored may run in a domain of its own; then only the kernel's device
 * reaches it. libxenstore would wait for an answer for ever if there is none,
 * so one message is sent by hand and waited for with a limit.
 */
static bool device_answers(void)
{
	struct {
		struct xsd_sockmsg head;
		char path[2];
	} ask = { { XS_DIRECTORY, 1, 0, 2 }, "/" };
	struct pollfd pfd = { .events = POLLIN };
	bool up;

	pfd.fd = open("/dev/xen/xenbus", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (pfd.fd < 0)
		return false;
	up = write(pfd.fd, &ask, sizeof(ask.head) + 2) ==
	     (ssize_t)sizeof(ask.head) + 2 && poll(&pfd, 1, 3000) == 1;
	close(pfd.fd);
	return up;
}

/**
 * xm_host_store() - is there a xenstore that answers?
 *
 * Without one libxenstore may wait for ever.
 *
 * Return: 1 there is; 0 this is no host of Xen's; -1 there should be, so that who has
 * which disk is not known.
 */
int xm_host_store(void)
{
	if (!is_domain0())
		return 0;
	return !daemon_listens() || device_answers() ? 1 : -1;
}

/**
 * xm_host_open() - connect to Xen
 * @host: filled in
 *
 * Return: XM_OK, or XM_NOXEN after a message that says what is missing.
 */
int xm_host_open(struct xm_host *host)
{
	int err;

	memset(host, 0, sizeof(*host));
	if (!is_domain0()) {
		xm_error("Xen",
			 "not running here (no /dev/xen/privcmd); boot the host under Xen");
		return XM_NOXEN;
	}
	err = daemon_listens();
	if (err == EACCES || err == EPERM) {
		xm_error("Xen", "root is needed; try 'sudo xm ...'");
		return XM_NOXEN;
	}
	if (err && !device_answers()) {
		xm_error("xenstored",
			 "not running (%s does not answer); start it with 'service xen start'",
			 xs_daemon_socket());
		return XM_NOXEN;
	}
	host->log = xm_log_new(xm_verbose > 1 ? XTL_DEBUG :
			       xm_verbose ? XTL_INFO : XTL_NUM_LEVELS);
	if (libxl_ctx_alloc(&host->ctx, LIBXL_VERSION, 0,
			    (xentoollog_logger *)host->log)) {
		xm_libxl_failed(host, "Xen", "cannot be reached (root is needed)");
		xm_host_close(host);
		return XM_NOXEN;
	}
	return XM_OK;
}

void xm_host_close(struct xm_host *host)
{
	libxl_ctx_free(host->ctx);
	xm_log_free(host->log);
	memset(host, 0, sizeof(*host));
}

/* For cpulist.c: the CPUs of a node, by Xen's count; false if there is none. */
bool xm_host_node_cpus(long node, libxl_bitmap *map)
{
	struct xm_host host = { 0 };
	libxl_cputopology *cpus = NULL;
	bool found = false;
	int n = 0;

	if (!is_domain0() || daemon_listens())
		return false;
	host.log = xm_log_new(XTL_NUM_LEVELS);
	if (!libxl_ctx_alloc(&host.ctx, LIBXL_VERSION, 0,
			     (xentoollog_logger *)host.log))
		cpus = libxl_get_cpu_topology(host.ctx, &n);
	for (int i = 0; cpus && i < n; i++) {
		if (cpus[i].node == (uint32_t)node) {
			libxl_bitmap_set(map, i);
			found = true;
		}
	}
	if (cpus)
		libxl_cputopology_list_free(cpus, n);
	xm_host_close(&host);
	return found;
}

/* The backend is a module on some kernels, and comes with the first disk. */
static void load_backend(void)
{
	pid_t pid = fork();

	if (!pid) {
		execlp("modprobe", "modprobe", "-q", "xen-blkback", NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/**
 * xm_host_direct_files() - does this kernel's backend serve plain files?
 * @load: a disk is to be served now: have the backend loaded
 *
 * The Xenify block backend says so in a module parameter. Upstream's has no
 * such parameter, and needs a loop device in front of a file. Where there is no
 * backend at all, Xenify's is the one that is meant: a configuration that is
 * only printed does not depend on where that is done.
 */
bool xm_host_direct_files(bool load)
{
	char *value;
	bool yes;

	if (access(BACKEND, F_OK) && load && is_domain0())
		load_backend();
	if (access(BACKEND, F_OK))
		return true;
	value = xm_readfile(BACKEND "/parameters/direct_files", NULL);
	yes = value && (*value == 'Y' || *value == '1');
	free(value);
	return yes;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libxl's calls for what befalls a domain as a whole: it is paused, dumped, saved,
 * ended; see fake.h.
 */
#include <libxl_event.h>
#include <libxl_utils.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xenctrl.h>

#include "fake.h"

/* In this call somebody may kill the process. */
void fake_kill(const char *what)
{
	const char *where = getenv("FAKE_KILL");

	if (where && !strcmp(where, what))
		kill(getpid(), SIGKILL);
}

/* Libxl does these in the background if it is asked to; here they are done at once. */
int fake_finished(libxl_ctx *ctx, const libxl_asyncop_how *how, int rc)
{
	if (!how)
		return rc;
	if (how->callback)
		how->callback(ctx, rc, how->u.for_callback);
	return 0;
}

static int simple(libxl_ctx *ctx, uint32_t domid, const char *what,
		  const libxl_asyncop_how *how)
{
	fake_call("%s %u", what, domid);
	fake_kill(what);
	return fake_finished(ctx, how, fake_fails(what) ? ERROR_FAIL : 0);
}

int libxl_domain_pause(libxl_ctx *ctx, uint32_t domid,
		       const libxl_asyncop_how *how)
{
	return simple(ctx, domid, "pause", how);
}

int libxl_domain_unpause(libxl_ctx *ctx, uint32_t domid,
			 const libxl_asyncop_how *how)
{
	return simple(ctx, domid, "unpause", how);
}

int libxl_domain_destroy(libxl_ctx *ctx, uint32_t domid,
			 const libxl_asyncop_how *how)
{
	char *path = xm_asprintf("/local/domain/%u", domid);
	char *known = xm_asprintf("/fake/%u", domid);
	int rc = simple(ctx, domid, "destroy-domain", how);

	if (!rc) {
		fake_remove(path);
		fake_remove(known);
	}
	free(known);
	free(path);
	return rc;
}

/* What has happened and was not fetched yet. */
static struct {
	libxl_event_type type;
	uint32_t domid;
	libxl_ev_user user;
	int rc;
} events[64];
static size_t first, last;

static void happens(libxl_event_type type, uint32_t domid, libxl_ev_user user,
		    int rc)
{
	if (last == ARRAY_SIZE(events))
		abort();
	events[last].type = type;
	events[last].domid = domid;
	events[last].user = user;
	events[last++].rc = rc;
}

int libxl_event_check(libxl_ctx *ctx, libxl_event **event, uint64_t mask,
		      libxl_event_predicate *predicate, void *user)
{
	(void)ctx;
	(void)mask;
	(void)predicate;
	(void)user;
	if (first == last)
		return ERROR_NOT_READY;
	*event = xm_calloc(1, sizeof(**event));
	(*event)->type = events[first].type;
	(*event)->domid = events[first].domid;
	(*event)->for_user = events[first].user;
	(*event)->u.operation_complete.rc = events[first++].rc;
	return 0;
}

/* It ends at once, and one that reboots has a hundred more as its number then. */
static int end(uint32_t domid, const char *what, bool reboot,
	       const libxl_asyncop_how *how)
{
	char *path = xm_asprintf("/local/domain/%u", domid);
	char *next = xm_asprintf("/local/domain/%u/name", domid + 100);
	char *name = libxl_domid_to_name(NULL, domid);

	fake_call("%s %u", what, domid);
	/* A button gives no answer. */
	if (how)
		happens(LIBXL_EVENT_TYPE_OPERATION_COMPLETE, domid,
			how->u.for_event, fake_fails(what) ? ERROR_FAIL : 0);
	if (!fake_fails(what) && !fake_fails("deaf")) {
		happens(LIBXL_EVENT_TYPE_DOMAIN_SHUTDOWN, domid, 0, 0);
		if (fake_fails("unwatched"))
			goto out;
		happens(LIBXL_EVENT_TYPE_DOMAIN_DEATH, domid, 0, 0);
		fake_remove(path);
		if (reboot && !fake_fails("back"))
			fake_write(next, name);
	}
out:
	free(name);
	free(next);
	free(path);
	return 0;
}

/* An HVM guest whose system has no PV driver. */
static bool hears_nothing(uint32_t domid)
{
	return fake_number(domid, "nopv", 0);
}

int libxl_domain_shutdown(libxl_ctx *ctx, uint32_t domid,
			  const libxl_asyncop_how *how)
{
	(void)ctx;
	if (hears_nothing(domid))
		return ERROR_NOPARAVIRT;
	return end(domid, "shutdown", false, how);
}

int libxl_domain_reboot(libxl_ctx *ctx, uint32_t domid,
			const libxl_asyncop_how *how)
{
	(void)ctx;
	if (hears_nothing(domid))
		return ERROR_NOPARAVIRT;
	return end(domid, "reboot", true, how);
}

int libxl_primary_console_get_tty(libxl_ctx *ctx, uint32_t domid, char **tty)
{
	(void)ctx;
	*tty = xm_asprintf("/dev/pts/%u", domid);
	return 0;
}

int libxl_domain_core_dump(libxl_ctx *ctx, uint32_t domid, const char *file,
			   const libxl_asyncop_how *how)
{
	FILE *out = fopen(file, "w");

	fake_call("dump %u", domid);
	if (!out)
		return fake_finished(ctx, how, ERROR_FAIL);
	fputs("memory\n", out);
	fclose(out);
	fake_kill("dump");
	if (fake_fails("dump-in-time"))
		sleep(60);
	return fake_finished(ctx, how, fake_fails("dump") ? ERROR_FAIL : 0);
}

int libxl_send_sysrq(libxl_ctx *ctx, uint32_t domid, char key)
{
	(void)ctx;
	fake_call("sysrq %u %c", domid, key);
	return fake_fails("sysrq") ? ERROR_FAIL : 0;
}

int libxl_send_trigger(libxl_ctx *ctx, uint32_t domid, libxl_trigger trigger,
		       uint32_t vcpu, const libxl_asyncop_how *how)
{
	fake_call("trigger %u %s %u", domid, libxl_trigger_to_string(trigger),
		  vcpu);
	if (trigger == LIBXL_TRIGGER_POWER && hears_nothing(domid))
		end(domid, "heeds", false, NULL);
	return fake_finished(ctx, how, fake_fails("trigger") ? ERROR_FAIL : 0);
}

uint32_t libxl_vm_get_start_time(libxl_ctx *ctx, uint32_t domid)
{
	(void)ctx;
	return fake_number(domid, "start", 0);
}

xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *builder,
				unsigned int flags)
{
	static char xch;

	(void)logger;
	(void)builder;
	(void)flags;
	return fake_fails("xc") ? NULL : (xc_interface *)&xch;
}

int xc_interface_close(xc_interface *xch)
{
	(void)xch;
	return 0;
}

int xc_domain_shutdown(xc_interface *xch, uint32_t domid, int reason)
{
	(void)xch;
	fake_call("end %u %d", domid, reason);
	if (fake_fails("end"))
		return -1;
	end(domid, "resets", true, NULL);
	return 0;
}

int libxl_vncviewer_exec(libxl_ctx *ctx, uint32_t domid, int autopass)
{
	(void)ctx;
	fake_call("vncviewer %u%s", domid, autopass ? " autopass" : "");
	if (fake_fails("vncviewer"))
		return ERROR_FAIL;
	exit(0);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command table: which verbs there are, how each is called, and who runs it. A
 * new verb is a row here and one file; what verbs have in common is in cmdline.c.
 * Called by main.c.
 */
#include <string.h>

#include "image.h"
#include "xm.h"

#ifndef XM_VERSION
#define XM_VERSION "without a version"
#endif

/* Of more than one verb. */
#define OPTIONS_OF_CREATE \
	"  -c, --console     attach to the guest's console at once\n" \
	"  -V, --vncviewer   show the guest's screen\n" \
	"  -A, --vncviewer-autopass\n" \
	"                    the same, with its password\n" \
	"  -F, --foreground  stay and watch over the guest\n" \
	"  -n, --dryrun      print the resulting configuration, make nothing\n" \
	"  -p, --paused      leave the guest paused\n" \
	"  -q, --quiet       no warnings about the configuration file\n" \
	"      --json        with -n: print JSON\n"
#define OPTIONS_OF_SHARES \
	"  -d, --domain=D    one domain\n" \
	"  -w, --weight=N    its share if others want CPU time, too (default: 256)\n" \
	"  -c, --cap=N       percent of a CPU that it gets at most (0: all)\n" \
	"  -s, --schedparam  the scheduler's own parameters\n"
#define OPTIONS_OF_POOLS \
	"  -r, --ratelimit_us=N\n" \
	"                    how long somebody runs at least\n" \
	"  -p, --cpupool=P   of a pool of CPUs\n" \
	"      --json        print JSON\n"

const struct xm_verb xm_verbs[] = {
	{ "create", cmd_create, "[-AcFnpqvV] [--json] CONFIG [KEY=VALUE...]",
	  "make a guest from a configuration file",
	  OPTIONS_OF_CREATE, false },
	{ "new", cmd_new, "[-fqv] CONFIG [KEY=VALUE...]",
	  "keep a guest's configuration, so that 'xm start NAME' makes it",
	  "  -f, --force       replace one of this name\n"
	  "  -q, --quiet       no warnings about the configuration file\n", false },
	{ "start", cmd_start, "[-AcFnpqvV] [--json] NAME [KEY=VALUE...]",
	  "make a managed guest",
	  OPTIONS_OF_CREATE, false },
	{ "delete", cmd_delete, "[-v] NAME...",
	  "forget managed guests", NULL, false },
	{ "list", cmd_list, "[-lmv] [--json] [DOMAIN...]",
	  "list domains",
	  "  -l, --long        all that is known about each domain, as an S-expression\n"
	  "  -m, --managed     the guests that 'xm new' knows\n"
	  "      --json        print JSON\n", false },
	{ "console", cmd_console, "[-v] DOMAIN",
	  "attach to a guest's console (leave it with Ctrl-])", NULL, false },
	{ "consoles", cmd_consoles, "[-v] [--json] [DOMAIN...]",
	  "list the terminals of guests' consoles",
	  "      --json        print JSON\n", false },
	{ "vncviewer", cmd_vncviewer, "[-av] DOMAIN",
	  "show a guest's screen",
	  "  -a, --autopass    tell the program that shows it the password\n", false },
	{ "shutdown", cmd_shutdown, "[-aFHRvw] [-t SECONDS] [DOMAIN...]",
	  "ask guests to shut down",
	  "  -a, --all         every guest\n"
	  "  -F, --force       press the power button of one that cannot listen\n"
	  "  -H, --halt        and to stay so (as they do anyway)\n"
	  "  -R, --reboot      ask them to reboot\n"
	  "  -w, --wait        wait until they are down, or back\n"
	  "  -t, --timeout=S   wait S seconds at most (default: for ever)\n",
	  false },
	{ "reboot", cmd_reboot, "[-aFvw] [-t SECONDS] [DOMAIN...]",
	  "ask guests to reboot",
	  "  -a, --all         every guest\n"
	  "  -F, --force       press the reset button of one that cannot listen\n"
	  "  -w, --wait        wait until they are back\n"
	  "  -t, --timeout=S   wait S seconds at most (default: for ever)\n",
	  false },
	{ "destroy", cmd_destroy, "[-v] DOMAIN...",
	  "end guests at once, as if the power failed", NULL, false },
	{ "config", cmd_config, "[-v] [--json] DOMAIN",
	  "print a guest's configuration as it is now",
	  "      --json        print libxenlight's JSON\n", false },
	{ "pause", cmd_pause, "[-v] DOMAIN",
	  "stop a guest's virtual CPUs", NULL, false },
	{ "unpause", cmd_unpause, "[-v] DOMAIN",
	  "let a paused guest run", NULL, false },
	{ "domid", cmd_domid, "[-v] NAME",
	  "print the number of a domain", NULL, false },
	{ "domname", cmd_domname, "[-v] DOMID",
	  "print the name of a domain", NULL, false },
	{ "rename", cmd_rename, "[-v] DOMAIN NAME",
	  "give a guest another name", NULL, false },
	{ "uptime", cmd_uptime, "[-v] [--json] [DOMAIN...]",
	  "for how long domains have been there",
	  "      --json        print JSON\n", false },
	{ "mem-set", cmd_mem_set, "[-fvw] [-t SECONDS] DOMAIN AMOUNT",
	  "how much memory a domain uses: 512 (MiB), 2g, 262144k",
	  "  -f, --force       even if that is too little for a kernel\n"
	  "  -w, --wait        wait until it does\n"
	  "  -t, --timeout=S   wait S seconds at most (default: 60)\n",
	  false },
	{ "mem-max", cmd_mem_max, "[-v] DOMAIN AMOUNT",
	  "how much memory Xen lets a domain have at most", NULL,
	  false },
	{ "vcpu-set", cmd_vcpu_set, "[-iv] DOMAIN NUMBER",
	  "how many of its virtual CPUs a domain uses",
	  "  -i, --ignore-host even if the host has fewer CPUs\n", false },
	{ "vcpu-list", cmd_vcpu_list, "[-v] [--json] [DOMAIN...]",
	  "list virtual CPUs",
	  "      --json        print JSON\n", false },
	{ "vcpu-pin", cmd_vcpu_pin, "[-fv] DOMAIN VCPU|all CPUS|all|- [CPUS|all|-]",
	  "on which CPUs virtual CPUs may run, and on which rather than others",
	  "  -f, --force       even if Xen has pinned them for a while\n",
	  false },
	{ "sched-credit", cmd_sched_credit,
	  "[-v] [--json] [-d DOMAIN [-w WEIGHT] [-c CAP]] | -s [-p POOL] [-t MS] [-r US]",
	  "list or set what the scheduler credit gives to domains",
	  OPTIONS_OF_SHARES
	  "  -t, --tslice_ms=N how long somebody runs at most\n"
	  OPTIONS_OF_POOLS, false },
	{ "sched-credit2", cmd_sched_credit2,
	  "[-v] [--json] [-d DOMAIN [-w WEIGHT] [-c CAP]] | -s [-p POOL] [-r US]",
	  "list or set what the scheduler credit2 gives to domains",
	  OPTIONS_OF_SHARES
	  OPTIONS_OF_POOLS, false },
	{ "sched-rtds", cmd_sched_rtds,
	  "[-v] [--json] [-d DOMAIN [--vcpuid VCPU|all] [-p US] [-b US] [-e 0|1]]",
	  "list or set what the scheduler rtds gives to domains",
	  "  -d, --domain=D    one domain\n"
	  "      --vcpuid=N    one of its virtual CPUs (default: all)\n"
	  "  -p, --period=US   microseconds\n"
	  "  -b, --budget=US   that it gets in each period\n"
	  "  -e, --extratime=0|1\n"
	  "                    whether it gets what others leave\n"
	  "      --json        print JSON\n", false },
	{ "bvt", cmd_bvt, "[-v] DOMAIN ADVANCE [WARP WARPVALUE WARPLIMIT UNWARP]",
	  "Xen 2.0's bvt: as a weight for credit or credit2", NULL, false },
	{ "bvt_ctxallow", cmd_bvt_ctxallow, "[-v] NANOSECONDS",
	  "Xen 2.0's context switch allowance: as their rate limit", NULL, false },
	{ "atropos", cmd_atropos, "[-v] DOMAIN PERIOD SLICE LATENCY 0|1",
	  "Xen 2.0's atropos: as period and budget for rtds, or weight and cap",
	  NULL, false },
	{ "rrobin", cmd_rrobin, "[-v] NANOSECONDS",
	  "Xen 2.0's round robin slice: as time slice or rate limit", NULL, false },
	{ "sysrq", cmd_sysrq, "[-v] DOMAIN LETTER",
	  "press a magic SysRq key in a guest", NULL, false },
	{ "trigger", cmd_trigger, "[-v] DOMAIN nmi|reset|init|power|sleep|s3resume [VCPU]",
	  "press a button of a guest, or send it an NMI", NULL, false },
	{ "dump-core", cmd_dump_core, "[-CLRv] DOMAIN [FILE]",
	  "write a guest's memory to a file",
	  "  -L, --live        let the guest run meanwhile\n"
	  "  -C, --crash       destroy it afterwards\n"
	  "  -R, --reset       reboot it afterwards\n", false },
	{ "save", cmd_save, "[-cpv] DOMAIN FILE",
	  "write a guest to a file, from which it can go on",
	  "  -c, --checkpoint  let it run on afterwards\n"
	  "  -p, --paused      leave it paused afterwards\n", false },
	{ "restore", cmd_restore, "[-cfFpv] FILE",
	  "let a guest go on that was saved",
	  "  -c, --console     attach to the guest's console at once\n"
	  "  -f, --force       even if it has run on since it was saved\n"
	  "  -F, --foreground  stay and watch over the guest\n"
	  "  -p, --paused      leave the guest paused\n", false },
	{ "migrate", cmd_migrate, "[-lv] [-s COMMAND] DOMAIN HOST",
	  "move a guest to another host, or to a new number on localhost",
	  "  -l, --live        it runs on for most of the time\n"
	  "  -s, --ssh=COMMAND instead of ssh: gets the host and a command for there\n",
	  false },
	{ "resume", cmd_resume, "[-v] DOMAIN",
	  "let a guest run again whose migration was broken off", NULL, false },
	{ "info", cmd_info, "[-v] [--json]",
	  "print facts about this host",
	  "      --json        print JSON\n", false },
	{ "top", cmd_top, "[-bv] [-d SECONDS] [-i NUMBER] [--json]",
	  "what each domain uses of CPUs, memory, disks and network, now",
	  "  -b, --batch       print lists, and no screen\n"
	  "  -d, --delay=S     every S seconds (default: 3)\n"
	  "  -i, --iterations=N\n"
	  "                    N times (default: until interrupted)\n"
	  "      --json        print lists as JSON, with bytes a second\n", false },
	{ "log", cmd_log, "[-fv] [-n LINES] [NAME...]",
	  "print what those who watch over guests have said",
	  "  -f, --follow      and what they will say\n"
	  "  -n, --lines=N     the last N lines only\n", false },
	{ "dmesg", cmd_dmesg, "[-cv]",
	  "print Xen's message buffer",
	  "  -c, --clear       empty it afterwards\n", false },
	{ "block-attach", cmd_block_attach,
	  "[-v] DOMAIN DISK | DOMAIN BACKDEV FRONTDEV [MODE [BACKDOM]]",
	  "give a guest one more disk", NULL, false },
	{ "block-detach", cmd_block_detach, "[-fv] DOMAIN VDEV",
	  "take a disk away from a guest",
	  "  -f, --force       even if the guest does not give it up\n",
	  false },
	{ "block-reattach", cmd_block_reattach, "[-v] DOMAIN VDEV BACKEND",
	  "give a disk a backend again when its driver domain was started anew",
	  NULL, false },
	{ "block-list", cmd_block_list, "[-v] [--json] DOMAIN",
	  "list a guest's disks",
	  "      --json        print JSON\n", false },
	{ "network-attach", cmd_network_attach, "[-v] DOMAIN [KEY=VALUE...]",
	  "give a guest one more network interface", NULL, false },
	{ "network-detach", cmd_network_detach, "[-fv] DOMAIN NUMBER|MAC",
	  "take a network interface away from a guest",
	  "  -f, --force       at once, without asking the guest\n",
	  false },
	{ "network-reattach", cmd_network_reattach,
	  "[-v] DOMAIN NUMBER|MAC BACKEND",
	  "give an interface a backend again when its driver domain was started anew",
	  NULL, false },
	{ "network-list", cmd_network_list, "[-v] [--json] DOMAIN",
	  "list a guest's network interfaces",
	  "      --json        print JSON\n", false },
	{ "hvm2pv", cmd_hvm2pv, "[-fv] [-b copy|pygrub|pvgrub] [-o FILE] GUEST|CONFIG",
	  "make of an HVM guest's configuration that of a PV guest",
	  "  -b, --boot=HOW    a copy of the guest's kernel (default), or what pygrub or\n"
	  "                    PV GRUB finds on its disk each time\n"
	  "  -f, --force       replace FILE\n"
	  "  -o, --output=FILE where the new one is written to (default: NAME-pv.cfg)\n", false },
	{ "image-create", cmd_image_create, "[-v] NAME --suite=SUITE --size=SIZE [OPTION...]",
	  "make a guest's disk with a system on it, and its configuration",
	  xm_image_create_options, false },
	{ "image-list", cmd_image_list, "[-v] [--json] [NAME...]",
	  "list images",
	  "      --json        print JSON\n", false },
	{ "image-clone", cmd_image_clone, "[-v] IMAGE NAME [OPTION...]",
	  "make an image like another, with an identity of its own",
	  xm_image_clone_options, false },
	{ "image-resize", cmd_image_resize, "[-v] [--shrink] IMAGE [+]SIZE",
	  "make an image larger, or smaller", xm_image_resize_options, false },
	{ "image-delete", cmd_image_delete, "[-vy] IMAGE",
	  "remove an image with its guest's configuration",
	  xm_image_delete_options, false },
	{ "help", cmd_help, "[VERB...]",
	  "list the verbs, or explain some", NULL, false },
	{ "watch-domain", cmd_watch_domain, "[-F] [-p SECONDS] [-r FD] DOMAIN",
	  "destroy or restart a guest when it ends (started by create)",
	  "  -F, --foreground  do not become a daemon\n"
	  "  -p, --patience=S  wait S seconds until nobody else watches (default: 5)\n"
	  "  -r, --ready=FD    write a byte to FD once watching\n", true },
	{ "end-domain", cmd_end_domain, "[-rv] DOMID | -c [-v] [NAME...]",
	  "do what is to be done when a guest has ended (started by xend)",
	  "  -r, --repeat      until it is done\n"
	  "  -c, --call-off    these, or all, are not made anew any more\n", true },
	{ "undo-create", cmd_undo_create, "[-v] FD UUID [NAME]",
	  "take away what a killed create leaves (started by create)", NULL,
	  true },
	{ "undo-save", cmd_undo_save, "[-v] FD DOMID UUID FILEFD PARTIAL FILE THEN",
	  "let a guest run again if who stopped it is killed (started by save)",
	  NULL, true },
	{ "migrate-receive", cmd_migrate_receive, "[-v]",
	  "take a guest from another host (started by migrate)", NULL, true },
};

const size_t xm_verb_count = ARRAY_SIZE(xm_verbs);

/* What Xen 2.0 called some of them, with blanks between the names of one. */
static const struct {
	const char *verb;
	const char *names;
} also[] = {
	{ "mem-set", "balloon" },
	{ "mem-max", "maxmem" },
	{ "vcpu-pin", "pincpu" },
	{ "block-attach", "vbd-create" },
	{ "block-detach", "vbd-destroy" },
	{ "block-list", "vbd-list" },
	{ "network-list", "vif-list" },
	{ "trigger", "button-press" },
};

/* Whether one of the words is this one, or its beginning with a '*' behind it. */
static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (const char *p = words; p && *p; p += n) {
		p += strspn(p, " ");
		n = strcspn(p, " ");
		if (n && p[n - 1] == '*' ? !strncmp(p, word, n - 1) :
		    n == len && !strncmp(p, word, n))
			return true;
	}
	return false;
}

/* Other names of a verb, NULL if it has none. */
const char *xm_verb_also(const struct xm_verb *verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(also); i++)
		if (!strcmp(also[i].verb, verb->name))
			return also[i].names;
	return NULL;
}

/* By any of its names. */
const struct xm_verb *xm_verb_find(const char *name)
{
	for (size_t i = 0; i < xm_verb_count; i++)
		if (!strcmp(xm_verbs[i].name, name) ||
		    has_word(xm_verb_also(&xm_verbs[i]), name))
			return &xm_verbs[i];
	return NULL;
}

/**
 * xm_verb_help() - explain a verb
 * @verb: its row
 * @name: which of its names was typed
 * @out: where to
 */
void xm_verb_help(const struct xm_verb *verb, const char *name, FILE *out)
{
	fprintf(out, "usage: xm %s %s\n\n%s.\n\n", name, verb->synopsis,
		verb->summary);
	if (strcmp(name, verb->name))
		fprintf(out, "Another name of 'xm %s'.\n\n", verb->name);
	else if (xm_verb_also(verb))
		fprintf(out, "Other names: %s.\n\n", xm_verb_also(verb));
	fprintf(out, "%s"
		"  -v, --verbose     show notes and libxl's log; twice: all of it\n"
		"  -h, --help        show this\n",
		verb->options ? verb->options : "");
}

/*
 * Verbs of xm's in its time, or of xl's, that are not here, and what does it now; NULL:
 * xl does. The first that fits counts; one that ends with '*' stands for all that begin
 * so.
 */
static const struct {
	const char *names;
	const char *instead;
} others[] = {
	{ "call",
	  "xend's calls have verbs: 'xm help' lists them, and --json is for programs" },
	{ "serve shell",
	  "each verb is a command of its own, with --json for programs" },
	{ "suspend",
	  "'xm save DOMAIN FILE' does it, and 'xm restore FILE' brings it back" },
	{ "reset",
	  "'xm destroy' and 'xm create' do it, for one that listens 'xm reboot'" },
	{ "vbd-refresh block-configure",
	  "a disk's new size is seen by itself; for another disk"
	  " 'xm block-detach' and 'xm block-attach'" },
	{ "vif-limit",
	  "'rate=' of a vif does it, in the configuration or for 'xm network-attach'" },
	{ "vnet-*",
	  "the host's bridges do it; 'man xenify-bridge'" },
	{ "sched-sedf",
	  "that scheduler is gone; 'xm sched-rtds' has periods and budgets" },
	{ "labels addlabel rmlabel getlabel dry-run resources setpolicy getpolicy resetpolicy",
	  "Xen's security modules are configured with"
	  " 'xl getenforce', 'xl setenforce', 'xl loadpolicy'" },
	{ "tmem-*",
	  "Xen has no transcendent memory any more" },
	{ "network2-*",
	  "there is one kind of interface; 'xm network-attach' and its like do it" },
	{ "scsi-*",
	  "'xm block-attach' gives a guest a disk of the host's" },
	{ "usb-hc-*",
	  "'xl usbctrl-attach' and 'xl usbctrl-detach' do it" },
	{ "usb-add usb-del usb-attach usb-detach usb-list-assignable-devices",
	  "'xl usbdev-attach' and 'xl usbdev-detach' do it" },
	{ "pci-list-assignable-devices",
	  "'xl pci-assignable-list' does it" },
	{ "cpupool-new",
	  "'xl cpupool-create' does it" },
	{ "vtpm-* usb-list pci-* cpupool-* psr-* debug-keys claims vm-list cd-insert"
	  " cd-eject config-update qemu-monitor-command set-parameters getenforce"
	  " setenforce loadpolicy channel-list usbctrl-* usbdev-* vkb-* vdispl-* vsnd-*"
	  " remus devd sharing",
	  NULL },
};

/**
 * xm_verb_missing() - report that there is no such verb, and what does its work
 * @name: perhaps one of xm's in its time, or of xl's
 *
 * Return: %XM_USAGE.
 */
int xm_verb_missing(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (!has_word(others[i].names, name))
			continue;
		if (others[i].instead)
			xm_error(name, "xm has no such verb; %s", others[i].instead);
		else
			xm_error(name, "xm has no such verb; 'xl %s' works for its guests, too",
				 name);
		return XM_USAGE;
	}
	xm_error(name, "no such verb; 'xm help' lists them");
	return XM_USAGE;
}

int xm_verb_dispatch(int argc, char **argv)
{
	const struct xm_verb *verb;

	while (argc > 1 && (!strcmp(argv[1], "-v") ||
			    !strcmp(argv[1], "--verbose"))) {
		xm_verbose++;
		argc--;
		argv++;
	}
	if (argc < 2) {
		xm_error("usage", "xm VERB [OPTION...] [ARGUMENT...]; 'xm help' lists the verbs");
		return XM_USAGE;
	}
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		puts("xm (Xenify) " XM_VERSION);
		return XM_OK;
	}
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))
		argv[1] = (char *)"help";
	verb = xm_verb_find(argv[1]);
	if (!verb)
		return xm_verb_missing(argv[1]);
	return verb->run(argc - 1, argv + 1);
}
